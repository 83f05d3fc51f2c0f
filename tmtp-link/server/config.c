/*
 * The configuration by one table: section, key, kind, default. A key that is not in it is an error,
 * so that a typing mistake is never a silent default. tmtpd.conf(5) explains each.
 */
#include "tmtp-link/server/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/server/config_value.h"

struct key {
    const char *section;
    const char *name;
    enum config_kind kind;
    const char *value; /* default; NULL for none */
    bool required;
    size_t at;
};

#define AT(field) offsetof(struct config, field)

static const struct key keys[] = {
    {"server", "name", KIND_TEXT, "tmtpd", false, AT(name)},
    {"server", "listen", KIND_TEXT, NULL, true, AT(listen)},
    {"server", "port_file", KIND_TEXT, NULL, false, AT(port_file)},
    {"server", "policy", KIND_POLICY, "introduced", false, AT(open)},
    {"server", "check_inner", KIND_FLAG, NULL, false, AT(check_inner)},
    {"server", "max_message", KIND_OCTETS, "33554432", false, AT(max_message)},
    {"server", "max_links", KIND_COUNT, "10000", false, AT(max_links)},
    {"server", "links_per_address", KIND_LIMIT, "100", false, AT(links_per_address)},
    {"server", "links_per_user", KIND_LIMIT, "32", false, AT(links_per_user)},
    {"server", "registrations_per_address", KIND_LIMIT, "100", false,
     AT(registrations_per_address)},
    {"server", "failed_logins_per_address", KIND_LIMIT, "20", false, AT(failed_logins_per_address)},
    {"server", "pings_per_day", KIND_LIMIT, "200", false, AT(pings_per_day)},
    {"server", "failed_pings_per_day", KIND_LIMIT, "30", false, AT(failed_pings_per_day)},
    {"server", "frames_per_second", KIND_LIMIT, "5000", false, AT(frames_per_second)},
    {"server", "limit_loopback", KIND_FLAG, "no", false, AT(limit_loopback)},
    {"server", "queue_messages", KIND_COUNT, "100000", false, AT(queue_messages)},
    {"server", "queue_octets", KIND_OCTETS, "1024M", false, AT(queue_octets)},
    {"server", "login_timeout", KIND_DURATION, "5s", false, AT(login_us)},
    {"server", "pulse_timeout", KIND_DURATION, "120s", false, AT(pulse_us)},
    {"server", "ack_timeout", KIND_DURATION, "30s", false, AT(ack_us)},
    {"server", "keys_interval", KIND_DURATION, "60s", false, AT(keys_us)},
    {"server", "keys_refresh", KIND_DURATION, "24h", false, AT(refresh_us)},
    {"server", "openid_required", KIND_FLAG, "yes", false, AT(openid_required)},
    {"server", "db_patience", KIND_DURATION, "30s", false, AT(patience_us)},
    {"server", "node_expiry", KIND_AGE, "off", false, AT(node_expiry_us)},
    {"server", "queue_expiry", KIND_AGE, "off", false, AT(queue_expiry_us)},
    {"server", "tls_cert", KIND_TEXT, NULL, true, AT(tls_cert)},
    {"server", "tls_key", KIND_TEXT, NULL, true, AT(tls_key)},
    {"database", "connection", KIND_TEXT, NULL, true, AT(connection)},
    {"database", "owner_connection", KIND_TEXT, NULL, false, AT(owner_connection)},
    {"database", "log_part", KIND_COUNT, "65536", false, AT(log_part)},
    {"admin", "listen", KIND_TEXT, NULL, false, AT(admin_listen)},
    {"admin", "token_file", KIND_TEXT, NULL, false, AT(token_file)},
    {"admin", "tls_cert", KIND_TEXT, NULL, false, AT(admin_cert)},
    {"admin", "tls_key", KIND_TEXT, NULL, false, AT(admin_key)},
    {"admin", "client_ca", KIND_TEXT, NULL, false, AT(admin_client_ca)},
};

#undef AT
#define AT(field) offsetof(struct config_provider, field)

/* Keys of every [oidc NAME]. */
static const struct key provider_keys[] = {
    {"oidc", "label", KIND_TEXT, NULL, true, AT(label)},
    {"oidc", "issuer", KIND_TEXT, NULL, true, AT(issuer)},
    {"oidc", "audience", KIND_TEXT, NULL, true, AT(audience)},
    {"oidc", "jwks_url", KIND_TEXT, NULL, true, AT(jwks_url)},
    {"oidc", "ca_file", KIND_TEXT, NULL, false, AT(ca_file)},
    {"oidc", "login_url", KIND_TEXT, NULL, true, AT(login_url)},
    {"oidc", "login_params", KIND_TEXT, NULL, true, AT(login_params)},
    {"oidc", "token_url", KIND_TEXT, NULL, true, AT(token_url)},
    {"oidc", "token_params", KIND_TEXT, NULL, true, AT(token_params)},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char provider_prefix[] = "oidc ";

struct reading {
    struct config *config;
    FILE *file;
    int line;     /* the one in hand */
    bool in_line; /* its end was not read yet */
    char *fault;  /* the first, and where */
    int fault_line;
};

static bool is_provider(const char *section)
{
    return strncmp(section, provider_prefix, sizeof provider_prefix - 1) == 0;
}

/* The provider of that section, a new one if need be; NULL when there are too many. */
static struct config_provider *provider_of(struct config *config, const char *section)
{
    struct config_provider *provider = config->providers;
    const struct config_provider *end = config->providers + config->provider_count;

    while (provider < end && strcmp(provider->section, section) != 0) {
        provider++;
    }
    if (provider == end) {
        if (config->provider_count == CONFIG_PROVIDERS_MAX ||
            (provider->section = strdup(section)) == NULL) {
            return NULL;
        }
        config->provider_count++;
        provider->label = strdup(section + sizeof provider_prefix - 1);
    }
    return provider;
}

/* --- lines --------------------------------------------------------------------------------- */

/* fgets for inih that counts the lines, so that each key is known with its own. */
static char *read_line(char *text, int size, void *user)
{
    struct reading *reading = user;
    char *got = fgets(text, size, reading->file);

    if (got != NULL && reading->in_line && reading->fault == NULL &&
        asprintf(&reading->fault, "%s:%d: the line is longer than %d octets", reading->config->path,
                 reading->line, size - 2) >= 0) {
        reading->fault_line = reading->line; /* inih would take the rest for another line */
    }
    if (got != NULL) {
        reading->line += reading->in_line ? 0 : 1;
        reading->in_line = strchr(got, '\n') == NULL;
    }
    return got;
}

static bool remember_place(struct reading *reading, const char *section, const char *name)
{
    struct config *config = reading->config;
    struct config_place *places =
        reallocarray(config->places, config->place_count + 1, sizeof *places);

    if (places == NULL) {
        return false;
    }
    config->places = places;
    places[config->place_count++] = (struct config_place){
        .section = strdup(section), .name = strdup(name), .line = reading->line};
    return true;
}

int config_line(const struct config *config, const char *section, const char *name)
{
    for (size_t i = 0; i < config->place_count; i++) {
        const struct config_place *place = &config->places[i];

        if (place->section != NULL && strcmp(place->section, section) == 0 && place->name != NULL &&
            strcmp(place->name, name) == 0) {
            return place->line;
        }
    }
    return 0;
}

/* Take a key by its table, once: NULL, or what is wrong with it. */
static const char *take_key(struct reading *reading, const struct key *table, size_t count,
                            const char *section, const char *name, const char *value, void *base)
{
    const char *kind = is_provider(section) ? "oidc" : section;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].section, kind) != 0 || strcmp(table[i].name, name) != 0) {
            continue;
        }
        if (config_line(reading->config, section, name) != 0) {
            return "is given twice";
        }
        if (!remember_place(reading, section, name)) {
            return "no memory";
        }
        return config_value_read(table[i].kind, value, (char *)base + table[i].at)
                   ? NULL
                   : config_value_form(table[i].kind);
    }
    return "there is no such key";
}

/* One key of the file, for inih, which goes on with the next line whatever it was. */
static int take(void *user, const char *section, const char *name, const char *value)
{
    struct reading *reading = user;
    const char *fault;

    if (is_provider(section)) {
        struct config_provider *provider = provider_of(reading->config, section);

        fault = provider == NULL ? "there are too many providers"
                                 : take_key(reading, provider_keys, COUNT(provider_keys), section,
                                            name, value, provider);
    } else {
        fault = take_key(reading, keys, COUNT(keys), section, name, value, reading->config);
    }
    if (fault != NULL && reading->fault == NULL) {
        reading->fault_line = reading->line;
        reading->fault = config_complaint(reading->config, section, name, reading->line, fault);
    }
    return fault == NULL ? 1 : 0;
}

/* --- the whole ----------------------------------------------------------------------------- */

static bool set_defaults(struct config *config)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (keys[i].value != NULL &&
            !config_value_read(keys[i].kind, keys[i].value, (char *)config + keys[i].at)) {
            return false;
        }
    }
    return true;
}

/* The first required key that is missing, or NULL. All required keys are texts. */
static const struct key *missing(const struct key *table, size_t count, const void *base)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].required && *(char *const *)((const char *)base + table[i].at) == NULL) {
            return &table[i];
        }
    }
    return NULL;
}

char *config_complaint(const struct config *config, const char *section, const char *name, int line,
                       const char *why)
{
    char place[24] = "";
    char *text = NULL;

    if (line > 0) {
        snprintf(place, sizeof place, ":%d", line);
    }
    return asprintf(&text, "%s%s: [%s] %s: %s", config->path, place, section, name, why) < 0 ? NULL
                                                                                             : text;
}

/* What is missing from a file that was read; NULL when nothing is. */
static char *complain_missing(const struct reading *reading)
{
    const struct config *config = reading->config;
    const struct key *key = missing(keys, COUNT(keys), config);

    if (key != NULL) {
        return config_complaint(config, key->section, key->name, 0, "is needed");
    }
    for (size_t i = 0; i < config->provider_count; i++) {
        key = missing(provider_keys, COUNT(provider_keys), &config->providers[i]);
        if (key != NULL) {
            return config_complaint(config, config->providers[i].section, key->name, 0,
                                    "is needed");
        }
    }
    if ((config->admin_listen == NULL) != (config->token_file == NULL)) {
        return config_complaint(config, "admin",
                                config->admin_listen == NULL ? "listen" : "token_file", 0,
                                "is needed; [admin] has both listen and token_file");
    }
    if ((config->admin_cert == NULL) != (config->admin_key == NULL) ||
        (config->admin_client_ca != NULL && config->admin_cert == NULL)) {
        return config_complaint(config, "admin",
                                config->admin_cert == NULL ? "tls_cert" : "tls_key", 0,
                                "is needed; TLS has both tls_cert and tls_key, also for client_ca");
    }
    return NULL;
}

/* Read the file into reading->config; NULL, or what is wrong, to be freed. */
static char *read_file(struct reading *reading)
{
    char *why = NULL;
    int bad_line;

    reading->file = fopen(reading->config->path, "re");
    if (reading->file == NULL) {
        return asprintf(&why, "%s: %s", reading->config->path, strerror(errno)) < 0 ? NULL : why;
    }
    bad_line = ini_parse_stream(read_line, reading, take, reading);
    fclose(reading->file);
    if (bad_line > 0 && (reading->fault == NULL || bad_line < reading->fault_line)) {
        free(reading->fault);
        return asprintf(&why, "%s:%d: neither [section] nor key = value", reading->config->path,
                        bad_line) < 0
                   ? NULL
                   : why;
    }
    return reading->fault != NULL ? reading->fault : complain_missing(reading);
}

struct config *config_read(const char *path, char **why)
{
    struct reading reading = {.config = calloc(1, sizeof(struct config))};

    *why = NULL;
    if (reading.config == NULL || (reading.config->path = strdup(path)) == NULL ||
        !set_defaults(reading.config)) {
        config_free(reading.config);
        return NULL;
    }
    *why = read_file(&reading);
    if (*why != NULL) {
        config_free(reading.config);
        return NULL;
    }
    if (reading.config->check_inner == CONFIG_UNSET) {
        reading.config->check_inner = reading.config->open ? CONFIG_NO : CONFIG_YES;
    }
    return reading.config;
}

static void free_texts(const struct key *table, size_t count, void *base)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].kind == KIND_TEXT) {
            free(*(char **)((char *)base + table[i].at));
        }
    }
}

void config_free(struct config *config)
{
    if (config == NULL) {
        return;
    }
    free_texts(keys, COUNT(keys), config);
    for (size_t i = 0; i < config->provider_count; i++) {
        free(config->providers[i].section);
        free_texts(provider_keys, COUNT(provider_keys), &config->providers[i]);
    }
    for (size_t i = 0; i < config->place_count; i++) {
        free(config->places[i].section);
        free(config->places[i].name);
    }
    free(config->places);
    free(config->path);
    free(config);
}
