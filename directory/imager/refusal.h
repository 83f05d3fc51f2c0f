/* The names of refusals.def as numbers, and how they travel: 'R' and the name. */
#ifndef AGORA_IMAGER_REFUSAL_H
#define AGORA_IMAGER_REFUSAL_H

enum imager_refusal {
    IMAGER_TAKEN = 0, /* not refused */
#define IMAGER_REFUSAL(name, sentence) IMAGER_##name,
#include "directory/imager/refusals.def"
#undef IMAGER_REFUSAL
    IMAGER_REFUSALS
};

/* Kinds of parcel that agora-imager writes (directory/base/parcel.h), in this order: the type, then
 * its pages; or a refusal, at any time. Then the last one. */
enum {
    IMAGER_TYPE = 'T',   /* text: image/jpeg, image/png, image/webp, application/pdf */
    IMAGER_PAGE = 'P',   /* width and height, four octets each, big-endian; then a JPEG */
    IMAGER_REFUSED = 'R' /* name of refusals.def */
};

#endif
