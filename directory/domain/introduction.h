/* Introductions: one member asks to be put in contact with another, who accepts or declines. Every
 * act is one SQL function that locks the two, checks, changes, and writes the audit row, the events
 * and the outbox row in one transaction.
 *
 * Common parameters: `viewer` is the account that acts and `id` the introduction, both UUIDs as
 * text. `out` is the introduction as the viewer sees it (schema Introduction), JSON text owned by
 * w->mem.
 *
 * Common returns: AGORA_NOT_FOUND when there is none, or the viewer is neither of its two or does
 * not see it any more; AGORA_CONFLICT when its state does not allow the act; AGORA_UNAVAILABLE.
 *
 * See docs/introductions.md, "State machine"; who sees what is agora.introduction_seen(). */
#ifndef AGORA_DOMAIN_INTRODUCTION_H
#define AGORA_DOMAIN_INTRODUCTION_H

#include <stdint.h>

#include "directory/base/work.h"

/* What is asked; UTF-8, NULL for what is not said. */
struct introduction_request {
    const char *to;         /* handle of the member who is asked */
    const char *ask;        /* advice, second_opinion … */
    const char *topic;      /* id of a topic, or NULL */
    const char *why;        /* 20 to 280 characters, without ways to get in touch */
    const char *time_asked; /* one_message, quarter_hour, ongoing, or NULL */
    const char *offer;      /* at most 140 characters, or NULL */
};

/**
 * Ask to be introduced. When the other has asked not long ago, this accepts that request.
 *
 * @return AGORA_OK; AGORA_INVALID_FIELD naming the field; AGORA_FORBIDDEN when the viewer is not
 * verified; AGORA_CONFLICT when the other cannot be asked now; AGORA_TOO_MANY when the quota is
 * used up
 */
enum agora_status introduction_ask(struct work *w, const char *viewer,
                                   const struct introduction_request *request,
                                   const char **out) AGORA_CHECKED;

/** One introduction. */
enum agora_status introduction_get(struct work *w, const char *viewer, const char *id,
                                   const char **out) AGORA_CHECKED;

/**
 * A page of the viewer's introductions (schema IntroductionList).
 *
 * @param box    received, sent, connected or past
 * @param limit  1 to 100, as text
 * @param cursor `next` of the page before, or NULL
 */
enum agora_status introduction_list(struct work *w, const char *viewer, const char *box,
                                    const char *limit, const char *cursor,
                                    const char **out) AGORA_CHECKED;

/** How many more the viewer may ask (schema Quota). */
enum agora_status introduction_quota(struct work *w, const char *viewer,
                                     const char **out) AGORA_CHECKED;

/** Accept, as the one who was asked. A repeat changes nothing and gives the same answer. */
enum agora_status introduction_accept(struct work *w, const char *viewer, const char *id,
                                      const char **out) AGORA_CHECKED;

/** Decline, as the one who was asked. @param reason private, or NULL */
enum agora_status introduction_decline(struct work *w, const char *viewer, const char *id,
                                       const char *reason, const char **out) AGORA_CHECKED;

/** Take an own request back. */
enum agora_status introduction_withdraw(struct work *w, const char *viewer, const char *id,
                                        const char **out) AGORA_CHECKED;

/** End the contact, as either. @param tell "true" when the other is to be told, else "false" */
enum agora_status introduction_end(struct work *w, const char *viewer, const char *id,
                                   const char *tell, const char **out) AGORA_CHECKED;

/**
 * Act on requests whose time is up; the worker's timer.
 *
 * @param[out] n how many there were, at most 100: then there may be more
 */
enum agora_status introduction_lapse(struct work *w, int64_t *n) AGORA_CHECKED;

/**
 * Remind members who have not answered a request, on its third and fourteenth day; the worker's
 * timer.
 *
 * @param[out] n how many were reminded, at most 100: then there may be more
 */
enum agora_status introduction_remind(struct work *w, int64_t *n) AGORA_CHECKED;

#endif
