/* Streams wait suspended in libmicrohttpd. Publishing appends to the stream's buffer and resumes
 * it; the HTTP thread then reads the buffer and suspends it again. One lock guards all: it is held
 * for copies of a few hundred octets only. */
#include "directory/http/hub.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/http/subscription.h"

enum { STREAMS_PER_ACCOUNT = 16, BUFFER_MAX = 64 * 1024, BLOCK = 4096 };
/* After that a browser must come back, and show that its session still holds. */
static const int64_t longest_us = 600 * SECOND_US;

struct subscription {
    struct subscription *next, **link; /* in the hub's list */
    struct hub *hub;
    struct MHD_Connection *mhd; /* NULL until it is being sent */
    char account[37];
    char *pending; /* text to send, NULL when none; child of this */
    size_t sent;   /* of it */
    int64_t opened_us;
    bool suspended;
    bool ended;
};

struct hub {
    pthread_mutex_t lock;
    struct subscription *first;
    size_t n;
    bool closed;
};

static int destroy(struct hub *hub)
{
    pthread_mutex_destroy(&hub->lock);
    return 0;
}

struct hub *hub_make(void *mem)
{
    struct hub *hub = talloc_zero(mem, struct hub);

    if (hub == NULL)
        return NULL;
    pthread_mutex_init(&hub->lock, NULL);
    talloc_set_destructor(hub, destroy);
    return hub;
}

/* With the lock held: let the HTTP thread look at the stream again. */
static void wake(struct subscription *s)
{
    if (s->suspended) {
        s->suspended = false;
        MHD_resume_connection(s->mhd);
    }
}

/* With the lock held: text for one stream; one that does not read is ended, and comes back by
 * itself. */
static void append(struct subscription *s, const char *text)
{
    size_t waiting = s->pending != NULL ? strlen(s->pending) - s->sent : 0;

    if (s->ended)
        return;
    if (waiting + strlen(text) > BUFFER_MAX)
        s->ended = true;
    else if (s->pending == NULL)
        s->pending = talloc_strdup(s, text);
    else
        s->pending = talloc_strdup_append(s->pending, text);
    wake(s);
}

/* With the lock held: an account with too many streams loses its oldest, which most likely nobody
 * reads any more: that a browser has left shows only when something is written to it. */
static void make_room(struct hub *hub, const char *account)
{
    struct subscription *oldest = NULL;
    size_t n = 0;

    for (struct subscription *s = hub->first; s != NULL; s = s->next)
        if (!s->ended && strcmp(s->account, account) == 0) {
            oldest = s; /* the newest is first */
            n++;
        }
    if (n >= STREAMS_PER_ACCOUNT) {
        oldest->ended = true;
        wake(oldest);
    }
}

struct subscription *hub_subscribe(struct hub *hub, const char *account)
{
    /* A talloc root of its own: streams are made and freed in different threads. */
    struct subscription *s = talloc_zero(NULL, struct subscription);

    if (s == NULL)
        return NULL;
    s->hub = hub;
    snprintf(s->account, sizeof s->account, "%s", account);
    s->opened_us = monotonic_us();
    s->pending = talloc_strdup(s, "retry: 5000\n\n");
    pthread_mutex_lock(&hub->lock);
    bool taken = !hub->closed && s->pending != NULL;
    if (taken) {
        make_room(hub, account);
        s->next = hub->first;
        s->link = &hub->first;
        if (s->next != NULL)
            s->next->link = &s->next;
        hub->first = s;
        hub->n++;
    }
    pthread_mutex_unlock(&hub->lock);
    if (!taken)
        TALLOC_FREE(s);
    return s;
}

bool subscription_put_first(struct subscription *s, const char *text)
{
    pthread_mutex_lock(&s->hub->lock);
    char *all = talloc_asprintf(s, "%s%s", text, s->pending != NULL ? s->pending : "");
    if (all != NULL) {
        talloc_free(s->pending);
        s->pending = all;
    }
    pthread_mutex_unlock(&s->hub->lock);
    return all != NULL;
}

void subscription_drop(struct subscription *s)
{
    struct hub *hub = s->hub;

    pthread_mutex_lock(&hub->lock);
    *s->link = s->next;
    if (s->next != NULL)
        s->next->link = s->link;
    hub->n--;
    pthread_mutex_unlock(&hub->lock);
    talloc_free(s);
}

static void response_gone(void *cls)
{
    subscription_drop(cls);
}

/* libmicrohttpd wants more octets; with none to give, the stream sleeps until wake(). */
static ssize_t read_stream(void *cls, uint64_t pos, char *buffer, size_t max)
{
    struct subscription *s = cls;
    ssize_t given = 0;

    (void)pos;
    pthread_mutex_lock(&s->hub->lock);
    size_t left = s->pending != NULL ? strlen(s->pending + s->sent) : 0;
    if (left > 0) {
        size_t n = left < max ? left : max;
        memcpy(buffer, s->pending + s->sent, n);
        s->sent += n;
        given = (ssize_t)n;
        if (n == left) {
            TALLOC_FREE(s->pending);
            s->sent = 0;
        }
    } else if (s->ended) {
        given = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        s->suspended = true;
        MHD_suspend_connection(s->mhd);
    }
    pthread_mutex_unlock(&s->hub->lock);
    return given;
}

struct MHD_Response *subscription_response(struct subscription *s, struct MHD_Connection *mhd)
{
    s->mhd = mhd;
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, s, response_gone);
    if (r == NULL)
        subscription_drop(s);
    return r;
}

void hub_publish(struct hub *hub, const char *account, int64_t id, const char *kind,
                 const char *text)
{
    char *event =
        talloc_asprintf(NULL, "id: %lld\nevent: %s\ndata: %s\n\n", (long long)id, kind, text);

    if (event == NULL)
        return;
    pthread_mutex_lock(&hub->lock);
    for (struct subscription *s = hub->first; s != NULL; s = s->next)
        if (strcmp(s->account, account) == 0)
            append(s, event);
    pthread_mutex_unlock(&hub->lock);
    talloc_free(event);
}

/* With the lock held. */
static void end_stream(struct subscription *s)
{
    s->ended = true;
    wake(s);
}

void hub_end(struct hub *hub, const char *account)
{
    pthread_mutex_lock(&hub->lock);
    for (struct subscription *s = hub->first; s != NULL; s = s->next)
        if (strcmp(s->account, account) == 0)
            end_stream(s);
    pthread_mutex_unlock(&hub->lock);
}

size_t hub_streams(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    size_t n = hub->n;
    pthread_mutex_unlock(&hub->lock);
    return n;
}

void hub_beat(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (struct subscription *s = hub->first; s != NULL; s = s->next) {
        if (monotonic_us() - s->opened_us > longest_us)
            end_stream(s);
        append(s, ":\n\n");
    }
    pthread_mutex_unlock(&hub->lock);
}

void hub_close(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->closed = true;
    for (struct subscription *s = hub->first; s != NULL; s = s->next)
        end_stream(s);
    pthread_mutex_unlock(&hub->lock);
}
