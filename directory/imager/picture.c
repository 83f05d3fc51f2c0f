/* Pixels in memory: limits, making smaller, turning upright. */
#include "directory/imager/picture.h"

#include <stdlib.h>
#include <string.h>

enum { RGB = 3 };

bool picture_size_ok(unsigned long width, unsigned long height)
{
    return width > 0 && height > 0 && width <= PICTURE_SIDE_IN_MAX &&
           height <= PICTURE_SIDE_IN_MAX && width * height <= PICTURE_PIXELS_MAX;
}

bool picture_alloc(struct picture *p, unsigned width, unsigned height)
{
    *p = (struct picture){.width = width, .height = height, .turn = 1};
    p->rgb = calloc((size_t)width * height, RGB);
    return p->rgb != NULL;
}

void picture_free(struct picture *p)
{
    free(p->rgb);
    p->rgb = NULL;
}

static unsigned char *pixel(const struct picture *p, unsigned x, unsigned y)
{
    return p->rgb + ((size_t)y * p->width + x) * RGB;
}

/* The mean of the pixels of @a from that fall on pixel (x, y) of @a to. */
static void average(const struct picture *from, const struct picture *to, unsigned x, unsigned y)
{
    unsigned x0 = (unsigned)((size_t)x * from->width / to->width);
    unsigned x1 = (unsigned)((size_t)(x + 1) * from->width / to->width);
    unsigned y0 = (unsigned)((size_t)y * from->height / to->height);
    unsigned y1 = (unsigned)((size_t)(y + 1) * from->height / to->height);
    unsigned long sum[RGB] = {0};
    unsigned long n = (unsigned long)(x1 - x0) * (y1 - y0);

    for (unsigned fy = y0; fy < y1; fy++) {
        const unsigned char *at = pixel(from, x0, fy);
        for (unsigned fx = x0; fx < x1; fx++, at += RGB)
            for (int c = 0; c < RGB; c++)
                sum[c] += at[c];
    }
    for (int c = 0; c < RGB; c++)
        pixel(to, x, y)[c] = (unsigned char)((sum[c] + n / 2) / n);
}

static bool shrink(struct picture *p)
{
    unsigned longer = p->width > p->height ? p->width : p->height;
    struct picture to;

    if (longer <= PICTURE_SIDE_MAX)
        return true;
    unsigned width = (unsigned)((size_t)p->width * PICTURE_SIDE_MAX / longer);
    unsigned height = (unsigned)((size_t)p->height * PICTURE_SIDE_MAX / longer);
    if (!picture_alloc(&to, width > 0 ? width : 1, height > 0 ? height : 1))
        return false;
    to.turn = p->turn;
    for (unsigned y = 0; y < to.height; y++)
        for (unsigned x = 0; x < to.width; x++)
            average(p, &to, x, y);
    picture_free(p);
    *p = to;
    return true;
}

/* Where pixel (x, y) of the upright picture is found in one that is @a turn; @a w and @a h are the
 * greatest x and y of the latter. Exif 2.32, 4.6.4 A, tag 0112. */
static void source_of(unsigned turn, unsigned w, unsigned h, unsigned *x, unsigned *y)
{
    unsigned a = *x, b = *y;

    if (turn >= 5) { /* rows are columns */
        a = *y;
        b = *x;
    }
    *x = turn == 2 || turn == 3 || turn == 7 || turn == 8 ? w - a : a;
    *y = turn == 3 || turn == 4 || turn == 6 || turn == 7 ? h - b : b;
}

static bool upright(struct picture *p)
{
    struct picture to;
    bool lying = p->turn >= 5;

    if (p->turn <= 1 || p->turn > 8)
        return true;
    if (!picture_alloc(&to, lying ? p->height : p->width, lying ? p->width : p->height))
        return false;
    for (unsigned y = 0; y < to.height; y++)
        for (unsigned x = 0; x < to.width; x++) {
            unsigned fx = x, fy = y;
            source_of(p->turn, p->width - 1, p->height - 1, &fx, &fy);
            memcpy(pixel(&to, x, y), pixel(p, fx, fy), RGB);
        }
    picture_free(p);
    *p = to;
    return true;
}

bool picture_fit(struct picture *p)
{
    return shrink(p) && upright(p);
}
