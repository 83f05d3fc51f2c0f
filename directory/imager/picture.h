/* A picture in memory, and the ways into and out of it. Every reader takes the whole file and gives
 * pixels alone: what else the file holds (metadata, profiles, comments, octets behind its end) is
 * not in a picture and so cannot come out again. */
#ifndef AGORA_IMAGER_PICTURE_H
#define AGORA_IMAGER_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "directory/imager/refusal.h"

enum {
    PICTURE_FILE_MAX = 20 * 1024 * 1024,   /* octets of a file */
    PICTURE_SIDE_IN_MAX = 20000,           /* pixels a side of a file */
    PICTURE_PIXELS_MAX = 50 * 1000 * 1000, /* pixels of a file */
    PICTURE_SIDE_MAX = 3000,               /* pixels a side of what comes out */
    PICTURE_PAGES_MAX = 20,                /* pages of a PDF */
    PICTURE_PAGE_SIDE = 2200,              /* pixels of a page's longer side: 188 dpi on A4 */
    PICTURE_QUALITY = 88                   /* of the JPEG that comes out, 1 to 100 */
};

struct picture {
    unsigned width, height; /* pixels */
    unsigned char *rgb;     /* 3 octets a pixel, rows without gaps; malloc */
    unsigned turn;          /* EXIF orientation, 1 (upright) to 8, still to be applied */
};

/* A file whole in memory. */
struct octets {
    const unsigned char *data;
    size_t len;
};

/** Whether a file of this size may be read at all. */
bool picture_size_ok(unsigned long width, unsigned long height);

/**
 * Get memory for width × height pixels.
 * @return false when there is none
 */
bool picture_alloc(struct picture *p, unsigned width, unsigned height);

void picture_free(struct picture *p);

/**
 * Read a file of one kind.
 *
 * @param file     the file
 * @param[out] out picture, to be freed with picture_free(), only when IMAGER_TAKEN is returned
 * @return IMAGER_TAKEN or why not
 */
enum imager_refusal picture_read_jpeg(struct octets file, struct picture *out);
enum imager_refusal picture_read_png(struct octets file, struct picture *out);
enum imager_refusal picture_read_webp(struct octets file, struct picture *out);

/**
 * The orientation that an EXIF block (TIFF, "II" or "MM" first) names.
 * @return 1 to 8; 1 when it names none or is not sound
 */
unsigned picture_orientation(struct octets exif);

/**
 * Make a picture at most PICTURE_SIDE_MAX pixels a side, by averaging, and upright.
 * @return false when memory ran out
 */
bool picture_fit(struct picture *p);

/**
 * Encode a picture as baseline JPEG without any metadata.
 *
 * @param[out] data the JPEG, malloc
 * @param[out] len  its octets
 * @return false when memory ran out
 */
bool picture_write_jpeg(const struct picture *p, unsigned char **data, size_t *len);

/** Lay a pixel with alpha (RGBA) on white. @param[out] rgb three octets */
static inline void picture_on_white(const unsigned char rgba[4], unsigned char rgb[3])
{
    unsigned alpha = rgba[3];

    for (int i = 0; i < 3; i++)
        rgb[i] = (unsigned char)((rgba[i] * alpha + 255 * (255 - alpha) + 127) / 255);
}

#endif
