/* agoractl: the operator's command line. The commands are the files of ctl/, a row of the table
 * each. */
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/ctl/account.h"
#include "directory/ctl/audit.h"
#include "directory/ctl/check.h"
#include "directory/ctl/check_config.h"
#include "directory/ctl/command.h"
#include "directory/ctl/evidence.h"
#include "directory/ctl/example.h"
#include "directory/ctl/introducer.h"
#include "directory/ctl/keys.h"
#include "directory/ctl/migrate.h"
#include "directory/ctl/places.h"
#include "directory/ctl/policy.h"
#include "directory/ctl/recall.h"
#include "directory/ctl/receipt.h"
#include "directory/ctl/retention.h"
#include "directory/ctl/roster.h"
#include "directory/ctl/search.h"
#include "directory/ctl/topics.h"
#include "directory/ctl/try.h"
#include "directory/db/db.h"
#include "directory/domain/fetch.h"
#include "directory/domain/tmtp_kind.h"

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78, WIDEST = 40 };

/* clang-format off */
static const struct command commands[] = {
    {"account add", "EMAIL --given NAME --family NAME [--password-file FILE] [--role ROLE]...", "Make an account, or set its password and roles", AS_OWNER, ctl_account_add},
    {"account resume", "EMAIL", "Let a suspended account in again; its member is told", AS_OWNER, ctl_account_resume},
    {"account suspend", "EMAIL REASON", "Suspend an account, also on the TMTP server where that can be; its member is told the reason", AS_OWNER, ctl_account_suspend},
    {"admin add", "EMAIL --name \"GIVEN FAMILY\" [--password-file FILE]", "Make an admin, or make a member one", AS_OWNER, ctl_admin_add},
    {"audit checkpoint", "[--to FILE]", "Sign how long the audit log is and its last hash, to be kept elsewhere", AS_SERVICE, ctl_audit_checkpoint},
    {"audit list", "[COUNT]", "Print the latest rows of the audit log (50)", AS_SERVICE, ctl_audit_list},
    {"audit verify", "[--checkpoint FILE [--jwks FILE|URL]]", "Recompute the audit log's chain and name the first row at fault; a checkpoint also shows a cut end", AS_SERVICE, ctl_audit_verify},
    {"check", "", "Recompute what must always hold, also against the TMTP server; name what does not", AS_SERVICE, ctl_check},
    {"check-config", "", "Read the configuration and say what is wrong with it", AS_SERVICE, ctl_check_config},
    {"evidence replay", "", "Destroy again what the erasure journal names; agorad does it by itself when it starts", AS_SERVICE, ctl_evidence_replay},
    {"example load", "--members N [--seed S]", "Add made-up members to look at; the same ones for the same seed", AS_OWNER, ctl_example_load},
    {"introducer register", "", "Make the introducer's account on a stock TMTP server (kind = stock), or give it another name", AS_SERVICE, ctl_introducer_register},
    {"keys evidence", "[--rotate]", "Make the master key of evidence files if there is none; with --rotate a new one, which then wraps all their keys", AS_SERVICE, ctl_keys_evidence},
    {"keys person", "[--retire ID]", "Make a key for the hashes of persons, or end an old one", AS_SERVICE, ctl_keys_person},
    {"keys rotate", "", "Make a new key to sign with; the one before stays published", AS_SERVICE, ctl_keys_rotate},
    {"migrate", "[--owner CONNECTION]", "Bring the database up to this program", AS_SERVICE, ctl_migrate},
    {"places import", "[--dry-run] FILE.csv", "Import countries, regions and cities: id,kind,country,region,lat,lon,population,name,names", AS_SERVICE, ctl_places_import},
    {"policy simulate", "FILE|VERSION", "Tell what an evidence policy would do to every member's level, before it is published", AS_SERVICE, ctl_policy_simulate},
    {"receipt verify", "FILE --jwks FILE|URL", "Check a member's signed receipt with the public keys of who made it; needs no database", AS_SERVICE, ctl_receipt_verify},
    {"retention report", "", "Print what is kept how long, what is due, what a legal hold keeps, and what has gone", AS_SERVICE, ctl_retention_report},
    {"retention run", "[--dry-run]", "Remove what has been kept long enough; the worker does so by itself every hour", AS_SERVICE, ctl_retention_run},
    {"role grant", "EMAIL ROLE", "Make a member verifier, admin, auditor or privacy_officer", AS_OWNER, ctl_role_grant},
    {"role revoke", "EMAIL ROLE", "Take a role away; never the last admin's", AS_OWNER, ctl_role_revoke},
    {"roster import", "[--dry-run] [--list NAME] [--map FIELD=COLUMN]... FILE.csv", "Import a whole list (of the Membership register, unless named) and compare with it from now on", AS_SERVICE, ctl_roster_import},
    {"roster list", "", "Print the lists with their imports", AS_SERVICE, ctl_roster_list},
    {"roster undo", "IMPORT", "Go back from the import that is in force to the one before", AS_SERVICE, ctl_roster_undo},
    {"search rebuild", "", "Make all search rows anew, in strata that fit the number of members", AS_SERVICE, ctl_search_rebuild},
    {"tmtp-config", "[mnm|tmtpd]", "Print what a TMTP server has to be told about this provider", AS_SERVICE, ctl_tmtp_config},
    {"topics export", "[SCHEME]", "Print a taxonomy, or all, as SKOS in N-Triples", AS_SERVICE, ctl_topics_export},
    {"topics import", "[--dry-run] [--retire] [--scheme ID] [--title TEXT] [--source TEXT] [--language LANG] FILE", "Import a taxonomy: SKOS in Turtle (.ttl) or N-Triples (.nt), or id,domain,field,subfield,topic (.csv); retire what it no longer has", AS_SERVICE, ctl_topics_import},
    {"topics label", "TOPIC LANG pref|alt|hidden|none LABEL", "Give a topic a label, make one of its labels another kind, or take it away (none)", AS_SERVICE, ctl_topics_label},
    {"topics merge", "TOPIC INTO", "Put a topic in place of another: labels, links, members and searches follow", AS_SERVICE, ctl_topics_merge},
    {"topics orphans", "[SCHEME]", "List the topics that have no place in their taxonomy", AS_SERVICE, ctl_topics_orphans},
    {"try file", "FILE [FOLDER]", "Look at a file as one that a member sends in; write its pages to FOLDER", AS_SERVICE, ctl_try_file},
    {"try txt", "NAME", "Read the TXT records of a name as the checks do", AS_SERVICE, ctl_try_txt},
    {"try url", "[--register] URL", "Read a page as the checks of web sites do, or of registers", AS_SERVICE, ctl_try_url},
    {"verification recall", "--verifier HANDLE {--dry-run | --by HANDLE --reason TEXT}", "Say what a recall of everything that a verifier touched would reach; ask for it in the name of an admin, for another person to confirm", AS_OWNER, ctl_verification_recall},
};
/* clang-format on */

static void print_usage(FILE *out)
{
    fputs("usage: agoractl [--config FILE] COMMAND [ARGUMENT...]\n\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *c = &commands[i];
        int pad = WIDEST - (int)(strlen(c->name) + strlen(c->usage));
        fprintf(out, "  %s %s%*s %s\n", c->name, c->usage, pad > 0 ? pad : 0, "", c->meaning);
    }
}

/* The same table as items of agoractl(8), in mdoc. */
static void print_manual(void)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct command *c = &commands[i];
        printf(".It Cm %s%s%s\n%s.\n", c->name, c->usage[0] != '\0' ? " Ar " : "", c->usage,
               c->meaning);
    }
}

/* The row whose name is the next one or two words. @param[out] words how many it took */
static const struct command *find_command(int argc, char **argv, int *words)
{
    char two[64] = "";

    if (argc >= 2)
        snprintf(two, sizeof two, "%s %s", argv[0], argv[1]);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        bool is_two = strcmp(commands[i].name, two) == 0;
        if (is_two || (argc >= 1 && strcmp(commands[i].name, argv[0]) == 0)) {
            *words = is_two ? 2 : 1;
            return &commands[i];
        }
    }
    return NULL;
}

static int report(const struct command *command, enum agora_status s, const struct error *e)
{
    if (s == AGORA_OK)
        return EXIT_SUCCESS;
    if (s == AGORA_MALFORMED) {
        fprintf(stderr, "usage: agoractl %s %s\n", command->name, command->usage);
        return EXIT_USAGE;
    }
    fprintf(stderr, "agoractl: %s\n", e->text);
    if (e->detail[0] != '\0')
        fprintf(stderr, "  (%s)\n", e->detail);
    return EXIT_FAILURE;
}

static int run(const struct command *command, struct config *config, int argc, char **argv)
{
    struct work w;
    struct db *db = NULL;
    enum agora_status s = work_begin(&w, NULL, NULL, config);

    /* An operator's command may take its time: imports, audits. */
    config->database_statement_timeout = 600000;
    if (command->role == AS_OWNER)
        config->database_connection = config->database_owner_connection;
    if (s == AGORA_OK)
        s = db_open(w.mem, config, &db);
    w.db = db;
    struct command_call call = {.work = &w, .config = config, .argc = argc, .argv = argv};
    if (s == AGORA_OK)
        s = command->run(&call);
    int status = report(command, s, &w.error);
    work_end(&w);
    return status;
}

/* Options before the command; those after it are the command's own. @return index of the command,
 * or -1 */
static int read_options(int argc, char **argv, const char **config)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"print-manual", no_argument, NULL, 'm'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "+c:", known, NULL)) != -1) {
        if (c == 'c') {
            *config = optarg;
        } else if (c == 'v') {
            puts("agoractl " AGORA_VERSION);
            exit(EXIT_SUCCESS);
        } else if (c == 'm') {
            print_manual();
            exit(EXIT_SUCCESS);
        } else if (c == 'h') {
            print_usage(stdout);
            exit(EXIT_SUCCESS);
        } else {
            return -1;
        }
    }
    return optind;
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    struct config *config = NULL;
    struct error e = {0};
    int first = read_options(argc, argv, &path), words = 0;
    const struct command *command =
        first > 0 ? find_command(argc - first, argv + first, &words) : NULL;

    if (command == NULL) {
        print_usage(stderr);
        return EXIT_USAGE;
    }
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    signal(SIGPIPE, SIG_IGN);
    json_object_seed(0);
    void *mem = talloc_new(NULL);
    int status = EXIT_CONFIG;
    if (config_read(mem, path, &config, &e) == AGORA_OK &&
        tmtp_check_config(config, &e) == AGORA_OK && fetch_check_config(config, &e) == AGORA_OK)
        status = run(command, config, argc - first - words, argv + first + words);
    else
        fprintf(stderr, "agoractl: %s\n", e.text);
    talloc_free(mem);
    return status;
}
