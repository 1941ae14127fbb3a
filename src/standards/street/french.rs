//! Street types of French, by country: the words are the same, their short
//! forms are not.

use super::words::{Forms, Language, NONE, Place};

/// France: the types of the addresses in INSEE's Sirene register, with the
/// abbreviations of NF Z10-011 that it gives them (none has a point).
#[rustfmt::skip] // a row a type
pub(super) static FRENCH: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("All", "Allée", ""),
        ("Av", "Avenue", "ave"),
        ("Bd", "Boulevard", "bld blvd boul bvd"),
        ("Car", "Carrefour", "carr carref"),
        ("Che", "Chemin", "ch chem"),
        ("Chs", "Chaussée", "chée chee chau"),
        ("Cité", "Cité", "cite"),
        ("Cor", "Corniche", ""),
        ("Crs", "Cours", ""),
        ("Dom", "Domaine", ""),
        ("Dsc", "Descente", ""),
        ("Eca", "Écart", ""),
        ("Esp", "Esplanade", "espl"),
        ("Fg", "Faubourg", "fbg faub"),
        ("Gr", "Grande Rue", "grandrue grande-rue grand-rue granderue gdr gderue"),
        ("Ham", "Hameau", ""),
        ("Hle", "Halle", ""),
        ("Imp", "Impasse", ""),
        ("Ld", "Lieu-dit", "lieudit ldt"),
        ("Lot", "Lotissement", ""),
        ("Mar", "Marché", ""),
        ("Mte", "Montée", ""),
        ("Pas", "Passage", "pass psg"),
        ("Pl", "Place", ""),
        ("Pln", "Plaine", ""),
        ("Plt", "Plateau", ""),
        ("Pro", "Promenade", "prom"),
        ("Prv", "Parvis", ""),
        ("Qua", "Quartier", "quar"),
        ("Quai", "Quai", "qu q"),
        ("Res", "Résidence", ""),
        ("Rle", "Ruelle", ""),
        ("Roc", "Rocade", ""),
        ("Rpt", "Rond-Point", "rondpoint rdpt"),
        ("Rte", "Route", "rt"),
        ("Rue", "Rue", "r"),
        ("Sen", "Sentier", "sent sente"),
        ("Sq", "Square", ""),
        ("Tpl", "Terre-Plein", "terreplein"),
        ("Tra", "Traverse", "trav"),
        ("Vla", "Villa", ""),
        ("Vlge", "Village", "vge"),
        ("Za", "Zone Artisanale", "zoneartisanale"),
        ("Zi", "Zone Industrielle", "zoneindustrielle"),
    ]),
    directions: &NONE,
    units: &UNITS,
};

/// Belgium: abbreviations of use; a chaussée is a Chée.
#[rustfmt::skip] // a row a type
pub(super) static BELGIAN: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("All", "Allée", ""),
        ("Av", "Avenue", "ave"),
        ("Bd", "Boulevard", "bld blvd boul bvd"),
        ("Chée", "Chaussée", "chée chee chaus"),
        ("Chem", "Chemin", "che"),
        ("Esp", "Esplanade", "espl"),
        ("Gal", "Galerie", ""),
        ("Imp", "Impasse", ""),
        ("Pass", "Passage", "pas"),
        ("Pl", "Place", ""),
        ("Quai", "Quai", ""),
        ("Res", "Résidence", ""),
        ("Rte", "Route", ""),
        ("Rue", "Rue", ""),
        ("Sent", "Sentier", ""),
        ("Sq", "Square", ""),
        ("Zi", "Zoning Industriel", "zoningindustriel zoneindustrielle"),
    ]),
    directions: &NONE,
    units: &UNITS,
};

/// Switzerland: abbreviations of use; a chemin is a Ch.
#[rustfmt::skip] // a row a type
pub(super) static SWISS: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("All", "Allée", ""),
        ("Av", "Avenue", "ave"),
        ("Bd", "Boulevard", "bld blvd boul bvd"),
        ("Ch", "Chemin", "che chem"),
        ("Esp", "Esplanade", "espl"),
        ("Fbg", "Faubourg", "fg faub"),
        ("Imp", "Impasse", ""),
        ("Pass", "Passage", "pas"),
        ("Pl", "Place", ""),
        ("Prom", "Promenade", ""),
        ("Quai", "Quai", ""),
        ("Rle", "Ruelle", ""),
        ("Rte", "Route", ""),
        ("Rue", "Rue", ""),
        ("Sent", "Sentier", ""),
        ("Sq", "Square", ""),
    ]),
    directions: &NONE,
    units: &UNITS,
};

/// Canada Post, Addressing Guidelines, street types in French.
#[rustfmt::skip] // a row a type
pub(super) static CANADIAN: Language = Language {
    place: Place::First,
    types: Forms::new(&[
        ("Allée", "Allée", "all"),
        ("Aut", "Autoroute", ""),
        ("Av", "Avenue", "ave"),
        ("Boul", "Boulevard", "bd bld blvd bvd"),
        ("Car", "Carré", ""),
        ("Carref", "Carrefour", ""),
        ("Cercle", "Cercle", ""),
        ("Ch", "Chemin", "che chem"),
        ("Côte", "Côte", ""),
        ("Cour", "Cour", ""),
        ("Cours", "Cours", "crs"),
        ("Crois", "Croissant", ""),
        ("Éch", "Échangeur", ""),
        ("Espl", "Esplanade", "esp"),
        ("Imp", "Impasse", ""),
        ("Montée", "Montée", ""),
        ("Pass", "Passage", ""),
        ("Place", "Place", "pl"),
        ("Plat", "Plateau", ""),
        ("Prom", "Promenade", ""),
        ("Quai", "Quai", ""),
        ("Rang", "Rang", "rg"),
        ("Rdpt", "Rond-Point", "rondpoint"),
        ("Rle", "Ruelle", ""),
        ("Rte", "Route", ""),
        ("Rue", "Rue", ""),
        ("Sent", "Sentier", ""),
        ("Sq", "Square", ""),
        ("Tsse", "Terrasse", ""),
        ("Voie", "Voie", ""),
    ]),
    directions: &DIRECTIONS,
    units: &UNITS,
};

/// Canada Post, Addressing Guidelines, street directions in French.
static DIRECTIONS: Forms = Forms::new(&[
    ("E", "Est", ""),
    ("N", "Nord", ""),
    ("NE", "Nord-Est", ""),
    ("NO", "Nord-Ouest", ""),
    ("O", "Ouest", ""),
    ("S", "Sud", ""),
    ("SE", "Sud-Est", ""),
    ("SO", "Sud-Ouest", ""),
]);

/// Units, by NF Z10-011 and Canada Post.
static UNITS: Forms = Forms::new(&[
    ("App", "Appartement", "appt apt"),
    ("Bât", "Bâtiment", "bat"),
    ("Bureau", "Bureau", "bur"),
    ("Esc", "Escalier", ""),
    ("Imm", "Immeuble", ""),
    ("Unité", "Unité", ""),
]);
