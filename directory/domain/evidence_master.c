/* One file a key, named by when it was made, so that names sort by age; written aside and renamed,
 * so that a reader finds a whole key or none. XChaCha20-Poly1305's nonce is long enough to be
 * drawn. */
#include "directory/domain/evidence_master.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/clock.h"
#include "directory/base/config.h"
#include "directory/base/crypto.h"
#include "directory/base/file.h"
#include "directory/base/random.h"

enum {
    KEYS_MAX = 64,
    NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_LEN = crypto_aead_xchacha20poly1305_ietf_ABYTES
};
_Static_assert(NONCE_LEN + EVIDENCE_KEY_LEN + TAG_LEN == EVIDENCE_WRAPPED_LEN, "length");

struct master {
    char id[EVIDENCE_MASTER_ID_LEN + 1];
    uint8_t key[EVIDENCE_KEY_LEN];
};

struct files {
    char *paths[KEYS_MAX]; /* newest first */
    size_t n;
};

static enum agora_status no_master(struct work *w, const char *path, const char *why)
{
    return error_detail(&w->error, AGORA_UNAVAILABLE, "evidence master key: %s: %s", path, why);
}

static int newer_first(const void *a, const void *b)
{
    return strcmp(*(char *const *)b, *(char *const *)a);
}

static bool is_key_file(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".key") == 0;
}

static enum agora_status list_files(struct work *w, struct files *files)
{
    const char *folder = w->config->evidence_key_dir;
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    files->n = 0;
    if (dir == NULL)
        return no_master(w, folder, strerror(errno));
    while ((entry = readdir(dir)) != NULL && files->n < KEYS_MAX)
        if (is_key_file(entry->d_name) && (files->paths[files->n] = talloc_asprintf(
                                               w->mem, "%s/%s", folder, entry->d_name)) != NULL)
            files->n++;
    closedir(dir);
    qsort(files->paths, files->n, sizeof files->paths[0], newer_first);
    return AGORA_OK;
}

/* The fingerprint says nothing about the key, and is the same on every machine. */
static void name_master(struct master *m)
{
    static const char label[] = "agora evidence master";
    uint8_t hash[EVIDENCE_MASTER_ID_LEN / 2];

    crypto_generichash(hash, sizeof hash, (const uint8_t *)label, sizeof label - 1, m->key,
                       sizeof m->key);
    hex_encode(hash, sizeof hash, m->id);
}

/* A key that others can read is no secret: better no files than anybody's. */
static enum agora_status load(struct work *w, const char *path, struct master *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return no_master(w, path, strerror(errno));
    bool closed = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0;
    bool whole = st.st_size == EVIDENCE_KEY_LEN &&
                 read(fd, out->key, sizeof out->key) == (ssize_t)sizeof out->key;
    close(fd);
    if (!closed)
        return no_master(w, path, "others may read it; chmod 600");
    if (!whole)
        return no_master(w, path, "not 32 octets");
    name_master(out);
    return AGORA_OK;
}

/* The key of that fingerprint; the newest when it is NULL. */
static enum agora_status find(struct work *w, const char *id, struct master *out)
{
    struct files files;
    enum agora_status s = list_files(w, &files);

    if (s == AGORA_OK && files.n == 0)
        s = error_detail(&w->error, AGORA_NOT_FOUND, "no evidence master key in %s",
                         w->config->evidence_key_dir);
    for (size_t i = 0; s == AGORA_OK && i < files.n; i++) {
        s = load(w, files.paths[i], out);
        if (s == AGORA_OK && (id == NULL || strcmp(out->id, id) == 0))
            return AGORA_OK;
    }
    secret_wipe(out, sizeof *out);
    if (s == AGORA_OK)
        s = no_master(w, w->config->evidence_key_dir, "the key that this needs is not there");
    return s;
}

enum agora_status evidence_master_newest(struct work *w, char id[EVIDENCE_MASTER_ID_LEN + 1])
{
    struct master m;
    enum agora_status s = find(w, NULL, &m);

    if (s == AGORA_OK)
        snprintf(id, EVIDENCE_MASTER_ID_LEN + 1, "%s", m.id);
    secret_wipe(&m, sizeof m);
    return s;
}

/* What a wrapped key is bound to: it opens for nothing else. */
static const char *bound_to(struct work *w, const struct evidence_binding *b)
{
    return talloc_asprintf(w->mem, "evidence:%s|key:%s|master:%s", b->evidence, b->key_id,
                           b->master);
}

enum agora_status evidence_wrap(struct work *w, const uint8_t key[EVIDENCE_KEY_LEN],
                                struct evidence_binding *b, char hex[2 * EVIDENCE_WRAPPED_LEN + 1])
{
    struct master m;
    uint8_t out[EVIDENCE_WRAPPED_LEN];
    enum agora_status s = find(w, NULL, &m);

    if (s == AGORA_NOT_FOUND)
        return error_detail(&w->error, AGORA_UNAVAILABLE,
                            "no evidence master key; run agoractl keys evidence");
    if (s != AGORA_OK)
        return s;
    memcpy(b->master, m.id, sizeof b->master);
    const char *ad = bound_to(w, b);
    if (ad == NULL) {
        secret_wipe(&m, sizeof m);
        return work_out_of_memory(w);
    }
    random_bytes(out, NONCE_LEN);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_LEN, NULL, key, EVIDENCE_KEY_LEN,
                                               (const uint8_t *)ad, strlen(ad), NULL, out, m.key);
    secret_wipe(&m, sizeof m);
    hex_encode(out, sizeof out, hex);
    return AGORA_OK;
}

enum agora_status evidence_unwrap(struct work *w, const struct evidence_binding *b, const char *hex,
                                  uint8_t key[EVIDENCE_KEY_LEN])
{
    struct master m = {0};
    uint8_t in[EVIDENCE_WRAPPED_LEN];
    size_t len = 0;

    if (sodium_hex2bin(in, sizeof in, hex, strlen(hex), NULL, &len, NULL) != 0 || len != sizeof in)
        return error_detail(&w->error, AGORA_INTERNAL, "evidence key %s is no key", b->key_id);
    enum agora_status s = find(w, b->master, &m);
    const char *ad = bound_to(w, b);
    if (s == AGORA_OK && ad == NULL)
        s = work_out_of_memory(w);
    if (s == AGORA_OK && ad != NULL &&
        crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, in + NONCE_LEN, len - NONCE_LEN,
                                                   (const uint8_t *)ad, strlen(ad), in, m.key) != 0)
        s = error_detail(&w->error, AGORA_INTERNAL,
                         "evidence key %s does not open: changed, or of other evidence", b->key_id);
    secret_wipe(&m, sizeof m);
    return s == AGORA_NOT_FOUND ? error_detail(&w->error, AGORA_UNAVAILABLE,
                                               "the evidence master key %s is not there", b->master)
                                : s;
}

static enum agora_status write_file(struct work *w, const struct master *m, const char *part,
                                    const char *path)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return no_master(w, part, strerror(errno));
    bool ok = file_give_to_owner(fd, path) &&
              write(fd, m->key, sizeof m->key) == (ssize_t)sizeof m->key && fsync(fd) == 0;
    enum agora_status s = ok ? AGORA_OK : no_master(w, part, strerror(errno));
    close(fd);
    return s;
}

enum agora_status evidence_master_make(struct work *w, char id[EVIDENCE_MASTER_ID_LEN + 1])
{
    struct master m;
    const char *path = file_path_by_time(w->mem, w->config->evidence_key_dir, "key");
    const char *part = talloc_asprintf(w->mem, "%s/.new.%d", w->config->evidence_key_dir, getpid());

    if (path == NULL || part == NULL)
        return work_out_of_memory(w);
    random_bytes(m.key, sizeof m.key);
    name_master(&m);
    enum agora_status s = write_file(w, &m, part, path);
    if (s == AGORA_OK && rename(part, path) != 0)
        s = no_master(w, path, strerror(errno));
    /* A name that is lost with the machine's power would take every file with it. */
    if (s == AGORA_OK && !file_sync_name(path))
        s = no_master(w, path, strerror(errno));
    if (s != AGORA_OK)
        unlink(part);
    if (s == AGORA_OK)
        memcpy(id, m.id, sizeof m.id);
    secret_wipe(&m, sizeof m);
    return s;
}
