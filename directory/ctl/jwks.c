/* An address is the operator's own word, so it is fetched as it stands; only TLS is insisted on. */
#include "directory/ctl/jwks.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/file.h"

enum { JWKS_MAX = 256 * 1024, SECONDS_MAX = 15 };

struct fetched {
    char text[JWKS_MAX];
    size_t len;
};

static size_t take(char *data, size_t size, size_t n, void *cls)
{
    struct fetched *f = cls;
    size_t len = size * n;

    if (len > sizeof f->text - 1 - f->len)
        return 0;
    memcpy(f->text + f->len, data, len);
    f->len += len;
    return len;
}

static bool is_address(const char *from)
{
    return strncmp(from, "https://", 8) == 0 || strncmp(from, "http://localhost", 16) == 0 ||
           strncmp(from, "http://127.0.0.1", 16) == 0;
}

static enum agora_status fetch(struct work *w, const char *url, const char **text)
{
    struct fetched *f = talloc_zero(w->mem, struct fetched);
    CURL *curl = f != NULL ? curl_easy_init() : NULL;

    if (curl == NULL)
        return work_out_of_memory(w);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS_MAX);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    *text = f->text;
    return code == CURLE_OK ? AGORA_OK
                            : error_set(&w->error, AGORA_UNAVAILABLE, NULL, "%s: %s", url,
                                        curl_easy_strerror(code));
}

enum agora_status jwks_read(struct work *w, const char *from, json_t **jwks)
{
    const char *text = NULL;
    char *file = NULL;
    enum agora_status s;

    if (is_address(from)) {
        s = fetch(w, from, &text);
    } else {
        s = file_read(w->mem, from, JWKS_MAX, &file, NULL, &w->error);
        text = file;
    }
    if (s != AGORA_OK)
        return s;
    json_t *set = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_array(json_object_get(set, "keys"))) {
        json_decref(set);
        return error_set(&w->error, AGORA_CONFLICT, NULL, "%s: this is no set of keys (JWKS).",
                         from);
    }
    *jwks = set;
    return AGORA_OK;
}

enum agora_status jws_file_read(struct work *w, const char *path, char **token)
{
    char *text = NULL;
    size_t len = 0;
    enum agora_status s = file_read(w->mem, path, JWKS_MAX, &text, &len, &w->error);

    if (s != AGORA_OK)
        return s;
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    *token = text + strspn(text, " \t\r\n");
    return AGORA_OK;
}
