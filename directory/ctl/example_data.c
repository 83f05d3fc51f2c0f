/* Lists only. Placeholders in the templates are explained in the header. */
#include "directory/ctl/example_data.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* clang-format off */
static const struct example_culture german = {
    LIST("Anna", "Lukas", "Julia", "Stefan", "Katharina", "Martin", "Sabine", "Thomas", "Miriam", "Andreas", "Franziska", "Jörg", "Ursula", "Tobias", "Regula", "Beat", "Heike", "Günther"),
    LIST("Müller", "Schmid", "Weber", "Keller", "Huber", "Bauer", "Zimmermann", "Graf", "Lehmann", "Vogel", "Steiner", "Baumann", "Frei", "Roth", "Hofmann", "Schäfer", "Brunner", "Böhm", "Gerber", "Pichler")};
static const struct example_culture english = {
    LIST("James", "Olivia", "Thomas", "Emily", "William", "Grace", "Henry", "Charlotte", "Daniel", "Hannah", "Samuel", "Ruth", "Peter", "Margaret", "Owen", "Fiona", "Neil", "Rebecca"),
    LIST("Smith", "Taylor", "Brown", "Walker", "Wright", "Hughes", "Edwards", "Clarke", "Murphy", "Campbell", "Stewart", "Morgan", "Bennett", "Foster", "Reid", "Hamilton", "Price", "Doyle", "Palmer", "Whitfield")};
static const struct example_culture french = {
    LIST("Camille", "Antoine", "Hélène", "Julien", "Élodie", "Mathieu", "Claire", "François", "Sophie", "Nicolas", "Amélie", "Guillaume", "Inès", "Benoît", "Margaux", "Olivier"),
    LIST("Martin", "Bernard", "Dubois", "Moreau", "Lefèvre", "Girard", "Bonnet", "Dupont", "Fontaine", "Rousseau", "Mercier", "Blanc", "Guérin", "Chevalier", "Perrin", "Renaud", "Favre", "Rochat")};
static const struct example_culture italian = {
    LIST("Giulia", "Marco", "Chiara", "Luca", "Francesca", "Matteo", "Elena", "Paolo", "Martina", "Davide", "Silvia", "Giorgio", "Beatrice", "Nicolò"),
    LIST("Rossi", "Bianchi", "Ferrari", "Esposito", "Romano", "Colombo", "Ricci", "Marino", "Greco", "Conti", "De Luca", "Galli", "Rinaldi", "Fontana", "Barbieri", "Lombardi")};
static const struct example_culture spanish = {
    LIST("Lucía", "Carlos", "María", "Javier", "Carmen", "Alejandro", "Elena", "Miguel", "Sofía", "Andrés", "Isabel", "Diego", "Valentina", "Álvaro", "Ximena", "Raúl"),
    LIST("García", "Fernández", "López", "Martínez", "Sánchez", "Pérez", "Gómez", "Ruiz", "Díaz", "Moreno", "Álvarez", "Navarro", "Torres", "Domínguez", "Vázquez", "Ibáñez", "Castillo", "Núñez")};
static const struct example_culture portuguese = {
    LIST("João", "Beatriz", "Tiago", "Inês", "Rafael", "Mariana", "Pedro", "Ana", "Gonçalo", "Luísa", "Henrique", "Conceição", "Bruno", "Teresa"),
    LIST("Silva", "Santos", "Ferreira", "Pereira", "Oliveira", "Costa", "Rodrigues", "Almeida", "Carvalho", "Gonçalves", "Ribeiro", "Araújo", "Mendes", "Barros", "Teixeira", "Magalhães")};
static const struct example_culture dutch = {
    LIST("Sanne", "Daan", "Femke", "Bram", "Lotte", "Sven", "Marieke", "Joris", "Anouk", "Pieter", "Ilse", "Ruben"),
    LIST("de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Peeters", "Janssens", "Claes", "Willems", "Dekker", "Vermeulen", "Hendriks")};
static const struct example_culture nordic = {
    LIST("Astrid", "Lars", "Ingrid", "Erik", "Freja", "Magnus", "Søren", "Åsa", "Mikkel", "Linnea", "Bjørn", "Signe", "Aino", "Jukka", "Gunnar", "Tuula"),
    LIST("Hansen", "Johansson", "Nilsson", "Larsen", "Østergaard", "Lindqvist", "Berg", "Haugen", "Sørensen", "Bergström", "Korhonen", "Virtanen", "Mäkinen", "Dahl", "Holm", "Ødegård", "Nyström", "Jørgensen")};
static const struct example_culture slavic = {
    LIST("Agnieszka", "Piotr", "Katarzyna", "Łukasz", "Zuzana", "Tomáš", "Jana", "Ondřej", "Magdalena", "Marek", "Ivana", "Jakub", "Petra", "Wojciech", "Małgorzata", "Vít"),
    LIST("Nowak", "Kowalska", "Wiśniewski", "Zieliński", "Novák", "Svobodová", "Dvořák", "Černý", "Procházka", "Wójcik", "Kamiński", "Horák", "Král", "Šimek", "Lewandowska", "Jabłoński")};
static const struct example_culture hungarian = {
    LIST("Zsófia", "István", "Katalin", "Gábor", "Eszter", "László", "Réka", "Balázs", "Márta", "Ferenc"),
    LIST("Nagy", "Kovács", "Tóth", "Szabó", "Horváth", "Varga", "Kiss", "Molnár", "Németh", "Farkas", "Balogh", "Papp")};
static const struct example_culture greek = {
    LIST("Eleni", "Nikos", "Maria", "Giorgos", "Katerina", "Dimitris", "Sofia", "Yannis", "Despina", "Kostas"),
    LIST("Papadopoulos", "Georgiou", "Nikolaidis", "Vlachos", "Ioannou", "Karagiannis", "Makris", "Economou", "Samaras", "Alexiou")};
static const struct example_culture turkish = {
    LIST("Elif", "Mehmet", "Ayşe", "Emre", "Zeynep", "Murat", "Özlem", "Çağlar", "Gülşen", "Burak"),
    LIST("Yılmaz", "Kaya", "Demir", "Şahin", "Çelik", "Yıldız", "Öztürk", "Aydın", "Arslan", "Doğan", "Koç", "Erdoğdu")};
static const struct example_culture indian = {
    LIST("Priya", "Arjun", "Ananya", "Rahul", "Kavita", "Vikram", "Meera", "Sanjay", "Divya", "Rohan", "Lakshmi", "Aditya", "Farah", "Imran"),
    LIST("Sharma", "Patel", "Iyer", "Gupta", "Reddy", "Nair", "Singh", "Kulkarni", "Banerjee", "Mehta", "Rao", "Khan", "Joshi", "Menon", "Desai", "Chatterjee")};
static const struct example_culture japanese = {
    LIST("Haruka", "Kenji", "Yuki", "Takashi", "Aiko", "Hiroshi", "Naoko", "Daichi", "Emi", "Satoshi"),
    LIST("Satō", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Itō", "Yamamoto", "Nakamura", "Kobayashi", "Katō", "Yoshida", "Sasaki")};
static const struct example_culture african = {
    LIST("Amara", "Chidi", "Ngozi", "Kofi", "Wanjiru", "Thabo", "Zanele", "Oluwaseun", "Abena", "Kamau", "Nomvula", "Tunde", "Akinyi", "Sipho"),
    LIST("Okafor", "Adeyemi", "Mensah", "Dlamini", "Mwangi", "Nkosi", "Owusu", "Eze", "Otieno", "Boateng", "Balogun", "Ndlovu", "Kariuki", "Asante")};

const struct example_country example_countries[] = {
    {"CH", &german, LIST("de", "en", "fr"), LIST("Zürich", "Bern", "Basel", "Luzern", "St. Gallen", "Winterthur"), 26},
    {"CH", &french, LIST("fr", "en", "de"), LIST("Genève", "Lausanne", "Neuchâtel", "Fribourg"), 9},
    {"DE", &german, LIST("de", "en"), LIST("Berlin", "München", "Hamburg", "Köln", "Dresden", "Karlsruhe", "Stuttgart", "Leipzig"), 24},
    {"AT", &german, LIST("de", "en"), LIST("Wien", "Graz", "Linz", "Innsbruck", "Salzburg"), 12},
    {"GB", &english, LIST("en"), LIST("London", "Manchester", "Edinburgh", "Bristol", "Leeds", "Cardiff"), 20},
    {"IE", &english, LIST("en", "ga"), LIST("Dublin", "Cork", "Galway", "Limerick"), 5},
    {"US", &english, LIST("en", "es"), LIST("Boston", "Chicago", "Seattle", "Austin", "Denver", "Pittsburgh", "San Diego"), 22},
    {"CA", &english, LIST("en", "fr"), LIST("Toronto", "Vancouver", "Calgary", "Ottawa"), 8},
    {"CA", &french, LIST("fr", "en"), LIST("Montréal", "Québec", "Sherbrooke"), 4},
    {"AU", &english, LIST("en"), LIST("Sydney", "Melbourne", "Brisbane", "Perth"), 7},
    {"FR", &french, LIST("fr", "en"), LIST("Paris", "Lyon", "Toulouse", "Grenoble", "Nantes", "Lille"), 16},
    {"BE", &dutch, LIST("nl", "en", "fr"), LIST("Gent", "Antwerpen", "Leuven", "Brussel"), 6},
    {"NL", &dutch, LIST("nl", "en", "de"), LIST("Amsterdam", "Delft", "Utrecht", "Eindhoven", "Groningen"), 10},
    {"IT", &italian, LIST("it", "en"), LIST("Milano", "Torino", "Roma", "Bologna", "Padova", "Napoli"), 13},
    {"ES", &spanish, LIST("es", "en", "ca"), LIST("Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao"), 12},
    {"MX", &spanish, LIST("es", "en"), LIST("Ciudad de México", "Monterrey", "Guadalajara", "Puebla"), 6},
    {"PT", &portuguese, LIST("pt", "en"), LIST("Lisboa", "Porto", "Coimbra", "Braga"), 6},
    {"BR", &portuguese, LIST("pt", "en", "es"), LIST("São Paulo", "Rio de Janeiro", "Curitiba", "Recife", "Belo Horizonte"), 9},
    {"SE", &nordic, LIST("sv", "en"), LIST("Stockholm", "Göteborg", "Lund", "Uppsala"), 6},
    {"NO", &nordic, LIST("nb", "en"), LIST("Oslo", "Trondheim", "Bergen", "Stavanger"), 5},
    {"DK", &nordic, LIST("da", "en"), LIST("København", "Aarhus", "Odense", "Aalborg"), 5},
    {"FI", &nordic, LIST("fi", "en", "sv"), LIST("Helsinki", "Espoo", "Tampere", "Oulu"), 5},
    {"PL", &slavic, LIST("pl", "en"), LIST("Warszawa", "Kraków", "Gdańsk", "Wrocław", "Poznań"), 8},
    {"CZ", &slavic, LIST("cs", "en", "de"), LIST("Praha", "Brno", "Ostrava", "Plzeň"), 6},
    {"HU", &hungarian, LIST("hu", "en", "de"), LIST("Budapest", "Szeged", "Debrecen", "Pécs"), 4},
    {"GR", &greek, LIST("el", "en"), LIST("Athina", "Thessaloniki", "Patra", "Irakleio"), 4},
    {"TR", &turkish, LIST("tr", "en"), LIST("İstanbul", "Ankara", "İzmir", "Eskişehir"), 5},
    {"IN", &indian, LIST("hi", "en"), LIST("Bengaluru", "Mumbai", "Pune", "Chennai", "Delhi", "Hyderabad"), 14},
    {"JP", &japanese, LIST("ja", "en"), LIST("Tokyo", "Osaka", "Kyoto", "Sendai", "Nagoya"), 8},
    {"NG", &african, LIST("en"), LIST("Lagos", "Abuja", "Ibadan", "Enugu"), 4},
    {"KE", &african, LIST("sw", "en"), LIST("Nairobi", "Mombasa", "Kisumu"), 3},
    {"GH", &african, LIST("en"), LIST("Accra", "Kumasi", "Tamale"), 2},
    {"ZA", &african, LIST("en", "zu"), LIST("Cape Town", "Johannesburg", "Durban", "Pretoria"), 4},
};
const size_t example_countries_n = sizeof example_countries / sizeof example_countries[0];

const char *const example_titles[] = {
    "Engineer", "Senior engineer", "Principal engineer", "Chief engineer", "Project manager", "Partner",
    "Managing director", "Head of department", "Head of laboratory", "Research scientist", "Professor",
    "Associate professor", "Lecturer", "Postdoctoral researcher", "Doctoral candidate", "Consultant",
    "Independent consultant", "Technical director", "Product manager", "Analyst", "Designer", "Architect",
    "Physician", "Nurse specialist", "Lawyer", "Economist", "Planner", "Surveyor", "Editor", "Curator", NULL};

const char *const example_organisations[] = {
    "University of %1", "%1 University of Technology", "%2 Ingenieure", "%2 & Partners", "%2 Consulting",
    "%1 Institute of Technology", "City of %1", "%1 Hospital", "%2 Laboratories", "%2 Systems",
    "%1 Centre for %3", "Institute of %3, %1", "%2 & %2", "%1 Research Park", "%2 Foundation", NULL};

const char *const example_headlines[] = {
    "%1, %2", "%1 working on %2", "%1 in %3", "%2 in practice", "%1 with a soft spot for %2",
    "Twenty years of %3", "From %3 to %2", "%1: %2 and what follows from it", NULL};

const char *const example_sentences[] = {
    "I have spent most of my working life on %1.",
    "My days go into %1, my evenings into %2.",
    "At %4 we look at %1 from the side of those who have to live with it.",
    "Came to %3 for %1 and stayed for the people.",
    "Looking for others who have tried %2 outside of the laboratory.",
    "Glad to give a second opinion on %1.",
    "Happy to review a paper or a report on %2.",
    "What I would like to understand better is %2.",
    "I keep a reading list on %1 and share it with anyone who asks.",
    "Before %4 I ran a small office in %3.",
    "Ask me what went wrong with %1; I have the list.",
    "I mentor two people a year who are new to %1.",
    "Old loves: %1 and %2.",
    "Off work I read about %2, in %3 or on the train.", NULL};
/* clang-format on */
