/*
 * Files of any octets through the readers of pictures: what is taken has the size that it says,
 * fits, and can be encoded.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "directory/imager/kind.h"
#include "directory/imager/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void use(struct picture *p)
{
    unsigned char *jpeg = NULL;
    size_t len = 0;

    must(picture_size_ok(p->width, p->height) && p->turn >= 1 && p->turn <= 8);
    must(picture_fit(p));
    must(p->width <= PICTURE_SIDE_MAX && p->height <= PICTURE_SIDE_MAX);
    must(picture_write_jpeg(p, &jpeg, &len) && len > 2 && jpeg[0] == 0xff);
    free(jpeg);
    picture_free(p);
}

/* Large sizes are tried elsewhere; here they would only take time. */
static bool is_small(struct octets file)
{
    enum { PNG_WIDTH = 16, PNG_HEIGHT = 20, ENOUGH = 24 };

    return kind_of(file) != KIND_PNG || file.len < ENOUGH ||
           (file.data[PNG_WIDTH] == 0 && file.data[PNG_WIDTH + 1] == 0 &&
            file.data[PNG_HEIGHT] == 0 && file.data[PNG_HEIGHT + 1] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct octets file = {data, size};
    struct picture p;
    enum imager_refusal end = IMAGER_KIND;

    must(picture_orientation(file) >= 1 && picture_orientation(file) <= 8);
    if (!is_small(file))
        return 0;
    switch (kind_of(file)) {
    case KIND_JPEG:
        end = picture_read_jpeg(file, &p);
        break;
    case KIND_PNG:
        end = picture_read_png(file, &p);
        break;
    case KIND_WEBP:
        end = picture_read_webp(file, &p);
        break;
    default:
        break;
    }
    if (end == IMAGER_TAKEN)
        use(&p);
    return 0;
}
