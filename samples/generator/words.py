"""Names of people, places and companies. All invented, or as common as Smith."""

GIVEN = {
    "US": "James Mary Robert Linda Michael Susan William Karen David Nancy Richard Lisa Joseph Betty Thomas Helen Charles Sandra Daniel Donna Matthew Carol Anthony Ruth Mark Sharon Steven Michelle Paul Laura Andrew Emily Kenneth Diane Joshua Amy Kevin Angela Brian Melissa George Brenda Timothy Deborah Ronald Rachel Jason Carolyn Edward Janet Jeffrey Maria Ryan Heather Gary Julie Eric Joyce Stephen Victoria Raymond Kelly".split(),
    "GB": "Nigel Fiona Graham Alison Colin Hazel Trevor Moira Keith Gillian Stuart Elspeth Clive Bronwen Ian Shona".split(),
    "DE": "Jürgen Sabine Günter Heike Jörg Käthe Wolfgang Anke Dieter Ulrike Björn Silke Holger Monika Rüdiger Petra".split(),
    "FR": "René Hélène André Françoise Gérard Solène Benoît Chloé Frédéric Zoé Jérôme Adèle Étienne Océane Loïc Inès".split(),
}
GIVEN["CA"] = GIVEN["US"][::2] + GIVEN["FR"][:6]
FAMILY = {
    "US": "Abbott Alvarez Baker Barlow Bennett Bishop Boucher Bradley Burke Callahan Carver Chandler Coffey Conroy Crane Dalton Desmond Doyle Drummond Eldridge Emery Farrell Fiske Flores Gagnon Garrity Goddard Greer Hadley Haskell Hobbs Holloway Ibarra Ingram Jessup Kaminski Keegan Kimball Lamont Lapointe Lindqvist Lowell Mahoney Marsh Mendoza Merritt Nadeau Nakamura Nolan Osgood Ouellette Paine Pelletier Pruitt Quimby Ramirez Redding Rinaldi Rourke Sawyer Sexton Shaw Silva Snyder Stoddard Sweeney Talbot Thayer Tibbetts Underhill Vasquez Wadsworth Walsh Webster Whitcomb Wojcik Yarrow Zielinski".split(),
    "GB": "Ashworth Birtwistle Cartwright Duckworth Entwistle Fairclough Hargreaves Kershaw Lockwood Ollerenshaw Pemberton Ramsbottom Sutcliffe Thistlethwaite Wainwright Yates".split(),
    "DE": "Müller Schäfer Krüger Weiß Großmann Köhler Jäger Böhm Vogel Lehmann Hübner Groß Günther Schröder Preuß Kühn".split(),
    "FR": "Lefèvre Béranger Mercier Désiré Garçon Fournier Hébert Léger Maréchal Noël Pépin Rivière Sévigny Thévenet Vallée Bossé".split(),
}
FAMILY["CA"] = (
    "Bouchard Côté Gauthier Lévesque MacLeod Fraser Tremblay Thibault Sinclair Stewart McKenzie Bélanger".split()
)
PLACES = {  # city, region, postcode
    "US": [
        ("Ware", "MA", "01082"),
        ("Palmer", "MA", "01069"),
        ("Worcester", "MA", "01604"),
        ("Springfield", "MA", "01103"),
        ("Holyoke", "MA", "01040"),
        ("Northampton", "MA", "01060"),
        ("Fitchburg", "MA", "01420"),
        ("Lowell", "MA", "01852"),
        ("Nashua", "NH", "03060"),
        ("Keene", "NH", "03431"),
        ("Portland", "ME", "04101"),
        ("Bangor", "ME", "04401"),
        ("Burlington", "VT", "05401"),
        ("Providence", "RI", "02903"),
        ("Hartford", "CT", "06103"),
        ("New Haven", "CT", "06510"),
        ("Newark", "NJ", "07102"),
        ("Albany", "NY", "12207"),
        ("Syracuse", "NY", "13202"),
        ("Buffalo", "NY", "14203"),
        ("Scranton", "PA", "18503"),
        ("Pittsburgh", "PA", "15222"),
        ("Cleveland", "OH", "44114"),
        ("Chicago", "IL", "60606"),
        ("Baltimore", "MD", "21202"),
        ("Richmond", "VA", "23219"),
    ],
    "CA": [
        ("Toronto", "ON", "M5V 2T6"),
        ("Montréal", "QC", "H2Y 1C6"),
        ("Halifax", "NS", "B3J 1S9"),
        ("Ottawa", "ON", "K1P 5M7"),
    ],
    "GB": [
        ("Manchester", "", "M1 2WD"),
        ("Bristol", "", "BS1 4ST"),
        ("Edinburgh", "", "EH2 2ER"),
        ("London", "", "EC1V 9BD"),
    ],
    "DE": [("Hamburg", "", "20457"), ("Berlin", "", "10117"), ("Dresden", "", "01067"), ("München", "", "80331")],
    "FR": [("Lyon", "", "69002"), ("Paris", "", "75011"), ("Lille", "", "59800"), ("Nantes", "", "44000")],
}
STREETS = {
    "US": [
        "Main St",
        "Mill Street",
        "Canal St.",
        "Water Street",
        "Industrial Pkwy",
        "Depot Rd",
        "Union Ave",
        "Maple Avenue",
        "Commerce Dr.",
        "Bridge Street",
        "Front St",
        "Quarry Rd",
    ],
    "GB": ["Canal Street", "Station Road", "Mill Lane", "Castle Street"],
    "DE": ["Hafenstraße", "Bahnhofstraße", "Lindenweg", "Mühlenstraße"],
    "FR": ["rue de la République", "rue des Écoles", "avenue Jean Jaurès", "quai de la Fosse"],
}
STREETS["CA"] = ["King St W", "rue Saint-Paul", "Barrington St", "Wellington Street"]
SPELT = {
    "US": ["USA", "USA", "USA", "U.S.A.", "United States", "US", "", ""],
    "CA": ["Canada", "CANADA", "CA"],
    "GB": ["England", "UK", "United Kingdom", "Great Britain"],
    "DE": ["Germany", "Deutschland", "GERMANY"],
    "FR": ["France", "FRANCE", "FR"],
}
FIRST = "Alder Amherst Beacon Birch Blackstone Blue Heron,Brookside Cedar Chestnut Clover Copper Cranberry Crescent Eagle Elm Evergreen Fairview Falcon Foxglove Granite Harbor Hawthorn Hickory Highland Iron Juniper Keystone Lakeside Lantern Laurel Liberty Linden Longmeadow Maple Meridian Millbrook Mohawk Monarch Northfield Oakdale Old Colony,Orchard Overlook Patriot Pequot Pine Ridge,Pioneer Quarry Redstone River Bend,Sandpiper Saxon Silver Lake,Stonewall Summit Sycamore Thornton Union Valley Wachusett Walnut Westbrook Whitfield Willow Windsor Yankee".replace(
    ",", " "
).split()
KIND = [
    "Bakery Supply",
    "Box & Crate",
    "Hardware",
    "Printing",
    "Gift Shop",
    "Candle Works",
    "Tool & Die",
    "Orchards",
    "Pharmacy",
    "Office Products",
    "Textiles",
    "Foods",
    "Plastics",
    "Books",
    "Nurseries",
    "Brewing",
    "Ceramics",
    "Paper",
    "Toys",
    "Instruments",
    "Cabinet Shop",
    "Dairy",
    "Fasteners",
    "Florists",
]
FORM = {
    "US": ["Inc.", "LLC", "Co.", "Corp.", ""],
    "CA": ["Ltd.", "Inc."],
    "GB": ["Ltd", "PLC"],
    "DE": ["GmbH", "KG"],
    "FR": ["SARL", "SA"],
}
TITLES = [
    "Buyer",
    "Owner",
    "Purchasing Manager",
    "Office Manager",
    "Warehouse Manager",
    "President",
    "Accounts Payable",
    "Plant Manager",
]
REPS = ["RUTH", "DAN K", "MARGE", "TL", "Dan Kimball"]
AREAS = "413 617 508 978 781 207 603 802 401 860 203 518 315 212 716 607 914 631 201 609 732 215 412 717 302 410 301 703 804 919 704 803 404 305 614 216 312 313".split()
