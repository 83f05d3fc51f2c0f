/* Profiles on the open web: what members allow there, and what strangers find. */
#ifndef AGORA_DOMAIN_PUBLICATION_H
#define AGORA_DOMAIN_PUBLICATION_H

#include <stdbool.h>

#include "directory/base/work.h"

/**
 * What the member allows on the open web.
 *
 * @param viewer    account, UUID as text
 * @param[out] mine JSON text (schema Publication)
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status publication_mine(struct work *w, const char *viewer,
                                   const char **mine) AGORA_CHECKED;

/**
 * Change it.
 *
 * @param search_engines "true" when search engines may list the page
 * @param ai_crawlers    "true" when programs that gather text for language models may read it
 * @param[out] mine      as publication_mine() gives it afterwards
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status publication_put(struct work *w, const char *viewer, const char *search_engines,
                                  const char *ai_crawlers, const char **mine) AGORA_CHECKED;

/**
 * What strangers find at a member's address.
 *
 * @param handle    whose
 * @param[out] page JSON text: {"state": "shown", "profile", "search_engines", "ai_crawlers"},
 *                  {"state": "gone"} where a profile has been public, {"state": "none"}
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status publication_page(struct work *w, const char *handle,
                                   const char **page) AGORA_CHECKED;

/**
 * A member's profile for a contact card.
 *
 * @param viewer       account; NULL when nobody is signed in
 * @param handle       whose
 * @param[out] profile JSON text: schema Profile without what is between the two, and country_name
 * @return AGORA_OK; AGORA_NOT_FOUND when the viewer may not know of them; AGORA_UNAVAILABLE
 */
enum agora_status publication_leaf(struct work *w, const char *viewer, const char *handle,
                                   const char **profile) AGORA_CHECKED;

/**
 * The sitemap of members who chose to be in search engines.
 *
 * @param part     NULL for the whole, or its index when there are more than 50,000; "1" …
 * @param[out] xml its text
 * @return AGORA_OK; AGORA_NOT_FOUND when there is no such part; AGORA_UNAVAILABLE
 */
enum agora_status publication_sitemap(struct work *w, const char *part,
                                      const char **xml) AGORA_CHECKED;

/**
 * The text of robots.txt.
 * @return AGORA_OK; AGORA_UNAVAILABLE
 */
enum agora_status publication_robots(struct work *w, const char **text) AGORA_CHECKED;

/** Whether a User-Agent is of a program that gathers text for language models; NULL is none. */
bool publication_is_ai(const char *user_agent);

/**
 * The member whom a resource of WebFinger names: acct:HANDLE@HOST of this service, or the address
 * of their page.
 *
 * @param mem      owner of what is returned
 * @param base_url of this service
 * @param resource as it was asked for
 * @return handle, not looked up; NULL when it names nobody of this service
 */
const char *publication_named(const void *mem, const char *base_url, const char *resource);

/**
 * Origins of [public] embed_origins, for frame-ancestors.
 *
 * @param[out] origins them, separated by single spaces, owned by w->mem; only what has the form of
 *                     an origin (http: or https:, a host, maybe a port) is among them
 * @return AGORA_OK; AGORA_NOT_FOUND when there are none
 */
enum agora_status publication_embedders(struct work *w, const char **origins) AGORA_CHECKED;

#endif
