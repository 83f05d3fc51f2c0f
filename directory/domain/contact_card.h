/* A member's profile in the forms that address books and search engines read. All are written from
 * the profile as a viewer sees it (agora.member_leaf): what is not in there is in none of them. */
#ifndef AGORA_DOMAIN_CONTACT_CARD_H
#define AGORA_DOMAIN_CONTACT_CARD_H

#include <jansson.h>

/* Where the profile stands. */
struct card_source {
    const char *base_url;     /* of the service, without a slash at the end */
    const char *organisation; /* whose directory it is */
};

/**
 * vCard 4.0 (RFC 6350; expertise and interests by RFC 6715, the country's code by RFC 8605).
 *
 * @param mem     owner of what is returned
 * @param profile profile with at least handle and shown_name; texts UTF-8
 * @param source  where it stands
 * @return the card, lines of at most 75 octets ended by CR LF; NULL when memory ran out
 */
char *vcard_of(const void *mem, const json_t *profile, const struct card_source *source);

/**
 * JSContact (RFC 9553), version 1.0.
 * @return JSON text; NULL when memory ran out
 */
char *jscontact_of(const void *mem, const json_t *profile, const struct card_source *source);

/**
 * A Person of schema.org as JSON-LD.
 * @return JSON text; NULL when memory ran out
 */
char *person_ld_of(const void *mem, const json_t *profile, const struct card_source *source);

#endif
