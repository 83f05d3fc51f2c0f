/* What a file is, by its first octets alone: never by its name or what the sender said. */
#ifndef AGORA_IMAGER_KIND_H
#define AGORA_IMAGER_KIND_H

#include "directory/imager/picture.h"

enum { KIND_HEAD = 32 }; /* octets that are looked at */

enum imager_kind { KIND_OTHER, KIND_JPEG, KIND_PNG, KIND_WEBP, KIND_PDF, KIND_HEIC };

/** The kind of a file that begins with @a head. */
enum imager_kind kind_of(struct octets head);

/** The media type of a kind that is taken: "image/jpeg". */
const char *kind_type(enum imager_kind kind);

#endif
