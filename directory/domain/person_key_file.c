/* A file is written aside and renamed, so that a reader finds all keys or those before. */
#include "directory/domain/person_key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/base/crypto.h"
#include "directory/base/file.h"

enum { ID_LEN = 8, LINE_LEN = ID_LEN + 1 + 2 * PERSON_KEY_LEN };

static enum agora_status no_keys(struct work *w, const char *why)
{
    return error_detail(&w->error, AGORA_UNAVAILABLE, "person key: %s: %s",
                        w->config->person_key_file, why);
}

static int wipe_keys(struct person_keys *keys)
{
    secret_wipe(keys, sizeof *keys);
    return 0;
}

static bool read_line(const char *line, struct person_keys *keys)
{
    size_t len = 0;

    if (keys->n == PERSON_KEYS_MAX || strlen(line) != LINE_LEN || line[ID_LEN] != ' ' ||
        strspn(line, "0123456789abcdef") != ID_LEN ||
        sodium_hex2bin(keys->at[keys->n].key, PERSON_KEY_LEN, line + ID_LEN + 1,
                       2 * (size_t)PERSON_KEY_LEN, NULL, &len, NULL) != 0 ||
        len != PERSON_KEY_LEN)
        return false;
    memcpy(keys->at[keys->n].id, line, ID_LEN);
    keys->n++;
    return true;
}

static enum agora_status read_lines(struct work *w, FILE *file, struct person_keys *keys)
{
    char line[LINE_LEN + 3];
    bool good = true;

    while (good && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        good = line[0] == '\0' || read_line(line, keys);
    }
    secret_wipe(line, sizeof line);
    if (!good)
        return no_keys(w, "a line is not ID, a space and 64 hexadecimal digits, or there are more "
                          "than four");
    return keys->n > 0 ? AGORA_OK : no_keys(w, "it is empty");
}

enum agora_status person_keys_read(struct work *w, struct person_keys **out)
{
    struct stat st;
    int fd = open(w->config->person_key_file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;
    struct person_keys *keys = talloc_zero(w->mem, struct person_keys);
    enum agora_status s;

    if (file == NULL)
        s = no_keys(w,
                    errno == ENOENT ? "there is none; run agoractl keys person" : strerror(errno));
    else if (fstat(fd, &st) != 0 || (st.st_mode & 077) != 0)
        s = no_keys(w, "others may read it; chmod 600");
    else if (keys == NULL)
        s = work_out_of_memory(w);
    else {
        talloc_set_destructor(keys, wipe_keys);
        /* No copy of the keys stays behind in a buffer. */
        setvbuf(file, NULL, _IONBF, 0);
        s = read_lines(w, file, keys);
    }
    if (file != NULL)
        fclose(file);
    else if (fd >= 0)
        close(fd);
    if (s == AGORA_OK)
        *out = keys;
    else
        talloc_free(keys);
    return s;
}

static bool write_lines(FILE *file, const struct person_keys *keys)
{
    char hex[2 * PERSON_KEY_LEN + 1];
    bool good = true;

    setvbuf(file, NULL, _IONBF, 0);
    for (size_t i = 0; good && i < keys->n; i++) {
        hex_encode(keys->at[i].key, PERSON_KEY_LEN, hex);
        good = fprintf(file, "%s %s\n", keys->at[i].id, hex) > 0;
    }
    secret_wipe(hex, sizeof hex);
    return good;
}

enum agora_status person_keys_write(struct work *w, const struct person_keys *keys)
{
    const char *path = w->config->person_key_file;
    const char *part = talloc_asprintf(w->mem, "%s.new", path);

    if (part == NULL)
        return work_out_of_memory(w);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool good = file != NULL && file_give_to_owner(fd, path) && write_lines(file, keys) &&
                fflush(file) == 0 && fsync(fd) == 0;
    if (file != NULL)
        good = fclose(file) == 0 && good;
    if (good && rename(part, path) == 0 && file_sync_name(path))
        return AGORA_OK;
    enum agora_status s = no_keys(w, strerror(errno));
    if (fd >= 0)
        unlink(part);
    return s;
}
