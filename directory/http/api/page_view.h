/* Pieces of pages that are useful without JavaScript, written from the JSON of the interface. All
 * that came from outside goes through text_html() or text_url(). */
#ifndef AGORA_HTTP_API_PAGE_VIEW_H
#define AGORA_HTTP_API_PAGE_VIEW_H

#include <jansson.h>

#include "directory/base/text.h"
#include "directory/domain/search.h"

/* Where results stand. */
struct page_place {
    const char *path; /* of the search itself: "/" or "/embed/search" */
    bool framed;      /* in a frame of another site: profiles open in the whole window */
};

/** The form, with what was asked for and help on what can be typed. */
void page_view_form(struct text *t, const struct search_ask *ask, const struct page_place *place);

/** Results: how many, cards, next page, and facets as links. @param page SearchPage as JSON */
void page_view_results(struct text *t, const json_t *page, const struct search_ask *ask,
                       const struct page_place *place);

/** A sentence in a box: why a search cannot be carried out. */
void page_view_fault(struct text *t, const char *sentence);

/** A profile. @param profile what agora.member_leaf gives */
void page_view_profile(struct text *t, const json_t *profile);

#endif
