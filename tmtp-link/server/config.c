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

enum kind { KIND_TEXT, KIND_OCTETS, KIND_COUNT, KIND_DURATION, KIND_POLICY, KIND_FLAG, KIND_LIMIT };

struct key {
    const char *section;
    const char *name;
    enum kind kind;
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
    {"server", "login_timeout", KIND_DURATION, "5s", false, AT(login_us)},
    {"server", "pulse_timeout", KIND_DURATION, "120s", false, AT(pulse_us)},
    {"server", "ack_timeout", KIND_DURATION, "30s", false, AT(ack_us)},
    {"server", "keys_interval", KIND_DURATION, "60s", false, AT(keys_us)},
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

struct reading {
    struct config *config;
    uint64_t
        seen[CONFIG_PROVIDERS_MAX + 1]; /* keys, a bit each: of a provider, and last of the rest */
    char *names[CONFIG_PROVIDERS_MAX];  /* of the provider sections, in order */
};

/* A number with a suffix of the table, or without one when it allows "". */
static bool read_number(const char *text, const char *const suffixes[], const int64_t factors[],
                        int64_t *number)
{
    char *end;
    long long n;

    errno = 0;
    n = strtoll(text, &end, 10);
    if (end == text || errno != 0 || n <= 0) {
        return false;
    }
    for (size_t i = 0; suffixes[i] != NULL; i++) {
        if (strcmp(end, suffixes[i]) == 0) {
            return !__builtin_mul_overflow((int64_t)n, factors[i], number);
        }
    }
    return false;
}

static bool read_text(const char *text, char **into)
{
    char *copy = strdup(text);

    free(*into);
    *into = copy;
    return copy != NULL && *copy != '\0';
}

static bool read_policy(const char *text, bool *open)
{
    *open = strcmp(text, "open") == 0;
    return *open || strcmp(text, "introduced") == 0;
}

static bool read_flag(const char *text, enum config_flag *flag)
{
    *flag = strcmp(text, "yes") == 0 ? CONFIG_YES : CONFIG_NO;
    return *flag == CONFIG_YES || strcmp(text, "no") == 0;
}

/* A count, or `none`. */
static bool read_limit(const char *text, int64_t *most)
{
    static const char *const plain[] = {"", NULL};
    static const int64_t one[] = {1};

    if (strcmp(text, "none") == 0) {
        *most = INT64_MAX;
        return true;
    }
    return read_number(text, plain, one, most);
}

static bool read_value(enum kind kind, const char *text, void *into)
{
    static const char *const none[] = {"", NULL};
    static const char *const sizes[] = {"", "K", "M", NULL};
    static const char *const spans[] = {"ms", "s", "min", NULL};
    static const int64_t size_factors[] = {1, 1024, 1048576};
    static const int64_t span_factors[] = {1000, 1000000, 60000000};

    switch (kind) {
    case KIND_TEXT:
        return read_text(text, into);
    case KIND_OCTETS:
        return read_number(text, sizes, size_factors, into);
    case KIND_COUNT:
        return read_number(text, none, size_factors, into);
    case KIND_LIMIT:
        return read_limit(text, into);
    case KIND_DURATION:
        return read_number(text, spans, span_factors, into);
    case KIND_POLICY:
        return read_policy(text, into);
    case KIND_FLAG:
        return read_flag(text, into);
    }
    return false;
}

/* The number of the provider of that name, a new one if need be; that of none when there are too
 * many. */
static size_t provider_named(struct reading *reading, const char *name)
{
    struct config *config = reading->config;
    size_t i = 0;

    while (i < config->provider_count && strcmp(reading->names[i], name) != 0) {
        i++;
    }
    if (i == config->provider_count) {
        if (i == CONFIG_PROVIDERS_MAX || (reading->names[i] = strdup(name)) == NULL ||
            (config->providers[i].label = strdup(name)) == NULL) {
            return CONFIG_PROVIDERS_MAX;
        }
        config->provider_count++;
    }
    return i;
}

/* Take a key by its table, once. */
static bool take_key(const struct key *table, size_t count, const char *section, const char *name,
                     const char *value, void *base, uint64_t *seen)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = UINT64_C(1) << i;

        if (strcmp(table[i].section, section) == 0 && strcmp(table[i].name, name) == 0) {
            bool fresh = (*seen & bit) == 0;

            *seen |= bit;
            return fresh && read_value(table[i].kind, value, (char *)base + table[i].at);
        }
    }
    return false;
}

/* One key of the file, for inih: 0 stops it with an error at that line. */
static int take(void *user, const char *section, const char *name, const char *value)
{
    static const char prefix[] = "oidc ";
    struct reading *reading = user;
    bool taken;

    if (strncmp(section, prefix, sizeof prefix - 1) == 0) {
        size_t i = provider_named(reading, section + sizeof prefix - 1);

        taken = i < CONFIG_PROVIDERS_MAX &&
                take_key(provider_keys, COUNT(provider_keys), "oidc", name, value,
                         &reading->config->providers[i], &reading->seen[i]);
    } else {
        taken = take_key(keys, COUNT(keys), section, name, value, reading->config,
                         &reading->seen[CONFIG_PROVIDERS_MAX]);
    }
    return taken ? 1 : 0;
}

static bool set_defaults(struct config *config)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (keys[i].value != NULL &&
            !read_value(keys[i].kind, keys[i].value, (char *)config + keys[i].at)) {
            return false;
        }
    }
    return true;
}

/* Name of the first required key that is missing, or NULL. All required keys are texts. */
static const struct key *missing(const struct key *table, size_t count, const void *base)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].required && *(char *const *)((const char *)base + table[i].at) == NULL) {
            return &table[i];
        }
    }
    return NULL;
}

static char *complain(const char *path, const struct reading *reading, int line)
{
    const struct config *config = reading->config;
    const struct key *key = missing(keys, COUNT(keys), config);
    char *why = NULL;
    int n = 0;

    for (size_t i = 0; key == NULL && i < config->provider_count; i++) {
        key = missing(provider_keys, COUNT(provider_keys), &config->providers[i]);
    }
    if (line < 0) {
        n = asprintf(&why, "%s: %s", path, strerror(errno));
    } else if (line > 0) {
        n = asprintf(&why, "%s:%d: no such key, twice the same, or not a value for it", path, line);
    } else if (key != NULL) {
        n = asprintf(&why, "%s: [%s] needs %s", path, key->section, key->name);
    } else if ((config->admin_listen == NULL) != (config->token_file == NULL)) {
        n = asprintf(&why, "%s: [admin] needs both listen and token_file", path);
    } else if ((config->admin_cert == NULL) != (config->admin_key == NULL) ||
               (config->admin_client_ca != NULL && config->admin_cert == NULL)) {
        n = asprintf(&why, "%s: [admin] needs both tls_cert and tls_key, also for client_ca", path);
    }
    return n < 0 ? NULL : why;
}

struct config *config_read(const char *path, char **why)
{
    struct reading reading = {.config = calloc(1, sizeof(struct config))};
    char *complaint = NULL;

    if (reading.config == NULL || !set_defaults(reading.config)) {
        config_free(reading.config);
        *why = NULL;
        return NULL;
    }
    errno = 0;
    complaint = complain(path, &reading, ini_parse(path, take, &reading));
    for (size_t i = 0; i < CONFIG_PROVIDERS_MAX; i++) {
        free(reading.names[i]);
    }
    if (complaint != NULL) {
        config_free(reading.config);
        *why = complaint;
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
        free_texts(provider_keys, COUNT(provider_keys), &config->providers[i]);
    }
    free(config);
}
