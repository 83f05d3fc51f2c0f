/* The names of refusals.def as numbers, and what agora-fetch writes. */
#ifndef AGORA_FETCH_REFUSAL_H
#define AGORA_FETCH_REFUSAL_H

enum fetch_refusal {
    FETCH_BROUGHT = 0, /* not refused */
#define FETCH_REFUSAL(name, status, sentence) FETCH_##name,
#include "directory/fetch/refusals.def"
#undef FETCH_REFUSAL
    FETCH_REFUSALS
};

/* Kinds of parcel (directory/base/parcel.h). For a page each of the first five once, in this order;
 * for a name as many FETCH_PART_TEXT as it has TXT records; or a refusal. Then the last one. */
enum {
    FETCH_PART_STATUS = 'S',  /* HTTP status, four octets, big-endian */
    FETCH_PART_URL = 'U',     /* after redirects */
    FETCH_PART_ADDRESS = 'A', /* connected to, as text */
    FETCH_PART_TYPE = 'C',    /* Content-Type, may be empty */
    FETCH_PART_BODY = 'B',
    FETCH_PART_TEXT = 'T',   /* one TXT record */
    FETCH_PART_REFUSED = 'R' /* name of refusals.def */
};

#endif
