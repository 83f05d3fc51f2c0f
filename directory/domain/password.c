/* Argon2id costs 64 MiB and a core for 50 ms on purpose, so that only a few may run at once: two
 * do, sixteen wait, and whoever comes then is asked to come back. That limit is the process's,
 * which is why its counters are static: the only such state in the domain. */
#include "directory/domain/password.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/utf8.h"
#include "directory/domain/password_common.h"

enum { HASHES_AT_ONCE = 2, HASHES_WAITING = 16 };
enum { OPS = 2, MEMORY = 64 * 1024 * 1024 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t free;
    unsigned running, waiting;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};

/* Take a turn; false when the queue is full. */
static bool gate_enter(void)
{
    pthread_mutex_lock(&gate.lock);
    bool room = gate.running < HASHES_AT_ONCE || gate.waiting < HASHES_WAITING;
    if (room) {
        gate.waiting++;
        while (gate.running == HASHES_AT_ONCE)
            pthread_cond_wait(&gate.free, &gate.lock);
        gate.waiting--;
        gate.running++;
    }
    pthread_mutex_unlock(&gate.lock);
    return room;
}

static void gate_leave(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.running--;
    pthread_cond_signal(&gate.free);
    pthread_mutex_unlock(&gate.lock);
}

bool password_is_strong(const char *password)
{
    return utf8_length(password) >= PASSWORD_MIN_ROLE;
}

static enum agora_status refuse(struct work *w, const char *sentence)
{
    return error_set(&w->error, AGORA_INVALID_FIELD, "/password", "%s", sentence);
}

enum agora_status password_check(struct work *w, const char *password, size_t min,
                                 const char *email)
{
    size_t length = utf8_length(password);

    if (length < min)
        return error_set(&w->error, AGORA_INVALID_FIELD, "/password",
                         "Use at least %zu characters; a few words in a row are easy to remember.",
                         min);
    if (length > PASSWORD_MAX)
        return refuse(w, "Use at most 256 characters.");
    if (strcasecmp(password, email) == 0)
        return refuse(w, "Do not use your e-mail address as a password.");
    if (password_is_common(password))
        return refuse(w, "Many people use this password, or one like it. Choose another.");
    return AGORA_OK;
}

static enum agora_status busy(struct work *w)
{
    return error_set(&w->error, AGORA_UNAVAILABLE, NULL,
                     "Many people are signing in just now. Try again in a moment.");
}

enum agora_status password_hash(struct work *w, const char *password, const char **out)
{
    char *text = talloc_size(w->mem, crypto_pwhash_STRBYTES);

    if (text == NULL)
        return work_out_of_memory(w);
    if (!gate_enter())
        return busy(w);
    int failed = crypto_pwhash_str(text, password, strlen(password), OPS, MEMORY);
    gate_leave();
    if (failed != 0)
        return work_out_of_memory(w);
    *out = text;
    return AGORA_OK;
}

enum agora_status password_verify(struct work *w, const char *stored, const char *password,
                                  bool *right)
{
    /* Nobody's password, made with the same parameters: an unknown address takes as long. */
    static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const char *against = stored != NULL ? stored : nobody;

    if (!gate_enter())
        return busy(w);
    bool same = crypto_pwhash_str_verify(against, password, strlen(password)) == 0;
    gate_leave();
    *right = same && stored != NULL;
    return AGORA_OK;
}
