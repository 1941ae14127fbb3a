//! Street types of Italian, Spanish and Portuguese.

use super::words::{Forms, Language, NONE, Place, Row};

const fn first(rows: &'static [Row]) -> Language {
    Language { place: Place::First, types: Forms::new(rows), directions: &NONE, units: &NONE }
}

/// Italy: abbreviations of use, as Poste Italiane takes them.
#[rustfmt::skip] // a row a type
pub(super) static ITALIAN: Language = first(&[
    ("B.go", "Borgo", ""),
    ("C.da", "Contrada", "contr"),
    ("C.le", "Cortile", ""),
    ("C.so", "Corso", ""),
    ("C.te", "Corte", ""),
    ("Circ.ne", "Circonvallazione", "circ circonv"),
    ("Fraz.", "Frazione", ""),
    ("Gall.", "Galleria", ""),
    ("L.go", "Largo", ""),
    ("Loc.", "Località", ""),
    ("Lung.re", "Lungomare", ""),
    ("P.le", "Piazzale", ""),
    ("P.tta", "Piazzetta", "pta"),
    ("P.za", "Piazza", "pzza pz"),
    ("Sal.", "Salita", ""),
    ("Str.", "Strada", ""),
    ("Trav.", "Traversa", ""),
    ("V.le", "Viale", ""),
    ("V.lo", "Vicolo", "vic"),
    ("Via", "Via", "v"),
    ("Vill.", "Villaggio", ""),
]);

/// Ticino and the Grisons: `Str.` is German there.
#[rustfmt::skip] // a row a type
pub(super) static SWISS: Language = first(&[
    ("C.da", "Contrada", "contr"),
    ("C.so", "Corso", ""),
    ("L.go", "Largo", ""),
    ("P.le", "Piazzale", ""),
    ("P.tta", "Piazzetta", ""),
    ("P.za", "Piazza", "pzza pz"),
    ("Sal.", "Salita", ""),
    ("V.le", "Viale", ""),
    ("V.lo", "Vicolo", "vic"),
    ("Via", "Via", ""),
]);

/// Spain: abbreviations of use, as Correos takes them, and the Cadastre's codes
/// (CL, AV, PZ, CR …), which old systems hold.
#[rustfmt::skip] // a row a type
pub(super) static SPANISH: Language = first(&[
    ("Avda.", "Avenida", "av avd ave"),
    ("Bda.", "Barriada", "barda"),
    ("Blvr.", "Bulevar", "bv blv blvd bulev"),
    ("C/", "Calle", "c cl cll call"),
    ("Cjón.", "Callejón", "cjon clljon callejon"),
    ("Cno.", "Camino", "cmno cm cmo"),
    ("Ctra.", "Carretera", "crta cr ct"),
    ("Cta.", "Cuesta", "custa"),
    ("Gran Vía", "Gran Vía", "gv granvia granvía"),
    ("Gta.", "Glorieta", "gl"),
    ("P.º", "Paseo", "po pso ps pº p°"),
    ("Pda.", "Partida", "ptda"),
    ("Pje.", "Pasaje", "psje pj psaje"),
    ("Pol.", "Polígono", "pg polig"),
    ("Pol. Ind.", "Polígono Industrial", "polind poligonoindustrial polígonoindustrial pi"),
    ("Pza.", "Plaza", "plza pl pz pla"),
    ("Pzta.", "Plazuela", "plzla pzla"),
    ("Rbla.", "Rambla", "rb"),
    ("Rda.", "Ronda", "rd"),
    ("Sda.", "Senda", ""),
    ("Trv.", "Travesía", "trav tr trva travesia"),
    ("Urb.", "Urbanización", "ur"),
    ("Vda.", "Vereda", ""),
]);

/// Latin America: abbreviations of use; a calle stays one.
#[rustfmt::skip] // a row a type
pub(super) static SPANISH_AMERICAN: Language = first(&[
    ("And.", "Andador", ""),
    ("Av.", "Avenida", "avda avd ave"),
    ("Blvd.", "Bulevar", "boulevard bv blv"),
    ("Calle", "Calle", "c c/ cl cll"),
    ("Calz.", "Calzada", "czda"),
    ("Carr.", "Carretera", "ctra"),
    ("Cda.", "Cerrada", ""),
    ("Cjón.", "Callejón", "cjon callejon"),
    ("Cno.", "Camino", "cam"),
    ("Cra.", "Carrera", "kra kr cr"),
    ("Cto.", "Circuito", "circ"),
    ("Dg.", "Diagonal", "diag"),
    ("Pje.", "Pasaje", "psje"),
    ("Priv.", "Privada", ""),
    ("Prol.", "Prolongación", ""),
    ("Pza.", "Plaza", "plza pl"),
    ("Tv.", "Transversal", "transv tr"),
    ("Urb.", "Urbanización", ""),
]);

/// Portugal (the forms of the CTT) and Brazil (those of the Correios), with points.
#[rustfmt::skip] // a row a type
pub(super) static PORTUGUESE: Language = first(&[
    ("Al.", "Alameda", ""),
    ("Av.", "Avenida", "avda ave"),
    ("Az.", "Azinhaga", ""),
    ("Bc.", "Beco", "bco"),
    ("Br.", "Bairro", "bro"),
    ("Cam.", "Caminho", "camno"),
    ("Cc.", "Calçada", "calç calc"),
    ("Cj.", "Conjunto", "conj"),
    ("Est.", "Estrada", "estr"),
    ("Jd.", "Jardim", ""),
    ("Lad.", "Ladeira", ""),
    ("Lgo.", "Largo", "lg"),
    ("Lug.", "Lugar", ""),
    ("Pct.", "Praceta", "pcta"),
    ("Pq.", "Parque", "prq pque"),
    ("Pç.", "Praça", "pc pca pça"),
    ("Qta.", "Quinta", "qt"),
    ("R.", "Rua", ""),
    ("Rod.", "Rodovia", ""),
    ("Rot.", "Rotunda", ""),
    ("Tv.", "Travessa", "trav trv"),
    ("Urb.", "Urbanização", ""),
    ("Vd.", "Viaduto", "vdto"),
    ("Vl.", "Vila", ""),
    ("Zi.", "Zona Industrial", "zonaindustrial"),
]);
