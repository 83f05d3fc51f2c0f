/* One file a key. A file is written aside and renamed, so that a reader finds a whole key or none;
 * the id is the key's own thumbprint, so that nothing has to be kept beside it. */
#include "directory/domain/keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"
#include "directory/base/file.h"
#include "directory/domain/jose.h"

enum { RSA_BITS = 2048, KEPT = 2, KEYS_MAX = 64 };

struct key {
    EVP_PKEY *pkey;
    const char *kid;
};

struct key_files {
    char *names[KEYS_MAX]; /* newest first */
    size_t n;
};

static enum agora_status no_keys(struct work *w, const char *path, const char *why)
{
    return error_detail(&w->error, AGORA_UNAVAILABLE, "signing keys: %s: %s", path, why);
}

static int newer_first(const void *a, const void *b)
{
    return strcmp(*(char *const *)b, *(char *const *)a);
}

static bool is_key_file(const char *name, const char *ending)
{
    size_t len = strlen(name), end = strlen(ending);

    return name[0] != '.' && len > end && strcmp(name + len - end, ending) == 0;
}

static enum agora_status list_files_as(struct work *w, const char *ending, struct key_files *files)
{
    const char *folder = w->config->oidc_key_dir;
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    files->n = 0;
    if (dir == NULL)
        return no_keys(w, folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL && files->n < KEYS_MAX)
        if (is_key_file(entry->d_name, ending) &&
            (files->names[files->n] = talloc_asprintf(w->mem, "%s/%s", folder, entry->d_name)) !=
                NULL)
            files->n++;
    closedir(dir);
    qsort(files->names, files->n, sizeof files->names[0], newer_first);
    return AGORA_OK;
}

static enum agora_status list_files(struct work *w, struct key_files *files)
{
    return list_files_as(w, ".pem", files);
}

/* A key that others can read is not ours alone: better no tokens than anybody's. */
static FILE *open_private(struct work *w, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    FILE *file = NULL;

    if (fd < 0)
        no_keys(w, path, strerror(errno));
    else if (fstat(fd, &st) != 0 || (st.st_mode & 077) != 0)
        no_keys(w, path, "others may read it; chmod 600");
    else if ((file = fdopen(fd, "r")) == NULL)
        work_out_of_memory(w);
    if (fd >= 0 && file == NULL)
        close(fd);
    return file;
}

static int free_key(struct key *key)
{
    EVP_PKEY_free(key->pkey);
    return 0;
}

static struct key *hold_key(struct work *w, EVP_PKEY *pkey)
{
    struct key *key = talloc_zero(w->mem, struct key);

    if (key == NULL) {
        EVP_PKEY_free(pkey);
        work_out_of_memory(w);
        return NULL;
    }
    key->pkey = pkey;
    talloc_set_destructor(key, free_key);
    key->kid = jose_thumbprint(key, pkey);
    if (key->kid == NULL) {
        no_keys(w, "a key", "not RSA");
        TALLOC_FREE(key);
    }
    return key;
}

static struct key *load_key(struct work *w, const char *path)
{
    FILE *file = open_private(w, path);

    if (file == NULL)
        return NULL;
    EVP_PKEY *pkey = PEM_read_PrivateKey(file, NULL, NULL, (char[]){""});
    fclose(file);
    if (pkey == NULL)
        no_keys(w, path, "no private key in PEM");
    return pkey != NULL ? hold_key(w, pkey) : NULL;
}

enum agora_status keys_sign(struct work *w, const char *typ, const json_t *claims,
                            const char **token)
{
    struct key_files files;
    enum agora_status s = list_files(w, &files);

    if (s == AGORA_OK && files.n == 0)
        s = no_keys(w, w->config->oidc_key_dir, "none; run agoractl keys rotate");
    if (s != AGORA_OK)
        return s;
    struct key *key = load_key(w, files.names[0]);
    if (key == NULL)
        return w->error.status;
    const char *made = jose_sign(w->mem, key->pkey, key->kid, typ, claims);
    talloc_free(key);
    if (made == NULL)
        return error_detail(&w->error, AGORA_INTERNAL, "a %s could not be signed", typ);
    *token = made;
    return AGORA_OK;
}

static enum agora_status add_published(struct work *w, const char *path, json_t *keys)
{
    struct key *key = load_key(w, path);

    if (key == NULL)
        return w->error.status;
    bool added = json_array_append_new(keys, jose_jwk(key->pkey, key->kid)) == 0;
    talloc_free(key);
    return added ? AGORA_OK : work_out_of_memory(w);
}

/* What is left of a key that signs no more: its public half, as a JWK. */
static enum agora_status add_retired(struct work *w, json_t *keys)
{
    struct key_files files = {.n = 0};
    enum agora_status s = list_files_as(w, ".jwk", &files);

    for (size_t i = 0; s == AGORA_OK && i < files.n; i++) {
        json_t *jwk = json_load_file(files.names[i], JSON_REJECT_DUPLICATES, NULL);
        if (jwk == NULL)
            s = no_keys(w, files.names[i], "no JWK");
        else if (json_array_append_new(keys, jwk) != 0)
            s = work_out_of_memory(w);
    }
    return s;
}

static enum agora_status publish(struct work *w, bool retired_too, const char **jwks)
{
    struct key_files files = {.n = 0};
    json_t *keys = json_array(), *set = json_pack("{s:O}", "keys", keys);
    enum agora_status s = set != NULL ? list_files(w, &files) : work_out_of_memory(w);

    for (size_t i = 0; s == AGORA_OK && i < files.n; i++)
        s = add_published(w, files.names[i], keys);
    if (s == AGORA_OK && retired_too)
        s = add_retired(w, keys);
    char *text = s == AGORA_OK ? json_dumps(set, JSON_COMPACT) : NULL;
    const char *copy = text != NULL ? talloc_strdup(w->mem, text) : NULL;
    free(text);
    json_decref(keys);
    json_decref(set);
    if (s == AGORA_OK && copy == NULL)
        s = work_out_of_memory(w);
    if (s == AGORA_OK)
        *jwks = copy;
    return s;
}

enum agora_status keys_published(struct work *w, const char **jwks)
{
    return publish(w, false, jwks);
}

enum agora_status keys_published_ever(struct work *w, const char **jwks)
{
    return publish(w, true, jwks);
}

static enum agora_status write_key(struct work *w, EVP_PKEY *pkey, const char *part,
                                   const char *path)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

    if (file == NULL) {
        enum agora_status s = no_keys(w, part, strerror(errno));
        if (fd >= 0)
            close(fd);
        return s;
    }
    bool ok = file_give_to_owner(fd, path) &&
              PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
              fflush(file) == 0 && fsync(fd) == 0;
    enum agora_status s = ok ? AGORA_OK : no_keys(w, part, strerror(errno));
    fclose(file);
    return s;
}

/* The private half goes; what it signed can be checked on. */
static enum agora_status retire(struct work *w, const char *path)
{
    struct key *key = load_key(w, path);

    if (key == NULL)
        return w->error.status;
    char *public_path =
        talloc_asprintf(w->mem, "%.*s.jwk", (int)(strlen(path) - strlen(".pem")), path);
    json_t *jwk = jose_jwk(key->pkey, key->kid);
    char *part = talloc_asprintf(w->mem, "%s/.retired.%d", w->config->oidc_key_dir, getpid());
    bool kept = public_path != NULL && part != NULL && jwk != NULL &&
                json_dump_file(jwk, part, JSON_COMPACT) == 0 && chmod(part, 0644) == 0 &&
                rename(part, public_path) == 0;
    json_decref(jwk);
    talloc_free(key);
    return kept && unlink(path) == 0 ? AGORA_OK : no_keys(w, path, strerror(errno));
}

static enum agora_status store_key(struct work *w, EVP_PKEY *pkey)
{
    const char *path = file_path_by_time(w->mem, w->config->oidc_key_dir, "pem");
    const char *part = talloc_asprintf(w->mem, "%s/.new.%d", w->config->oidc_key_dir, getpid());
    struct key_files files;

    if (path == NULL || part == NULL)
        return work_out_of_memory(w);
    enum agora_status s = write_key(w, pkey, part, path);
    if (s == AGORA_OK && (rename(part, path) != 0 || !file_sync_name(path)))
        s = no_keys(w, path, strerror(errno));
    if (s != AGORA_OK) {
        unlink(part);
        return s;
    }
    s = list_files(w, &files);
    for (size_t i = KEPT; s == AGORA_OK && i < files.n; i++)
        s = retire(w, files.names[i]);
    return s;
}

enum agora_status keys_rotate(struct work *w, const char **kid)
{
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS);

    if (pkey == NULL)
        return error_detail(&w->error, AGORA_INTERNAL, "OpenSSL made no key");
    const struct key *key = hold_key(w, pkey);
    if (key == NULL)
        return w->error.status;
    enum agora_status s = store_key(w, key->pkey);
    if (s == AGORA_OK)
        *kid = key->kid;
    return s;
}
