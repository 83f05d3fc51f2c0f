/* PNG by libpng. Chunks that are not pixels are skipped without being unpacked, the orientation
 * apart. */
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "directory/imager/picture.h"

enum { CHUNKS_MAX = 1000, CHUNK_OCTETS_MAX = 1024 * 1024 };

/* Known to libpng, of no use here, and able to hold much in little. */
static const png_byte skipped[] =
    "iCCP\0sPLT\0zTXt\0iTXt\0tEXt\0hIST\0pCAL\0sCAL\0oFFs\0tIME\0cHRM\0";

struct source {
    struct octets file;
    size_t at;
};

static void take(png_structp png, png_bytep into, size_t n)
{
    struct source *s = png_get_io_ptr(png);

    if (n > s->file.len - s->at)
        png_error(png, "cut short");
    memcpy(into, s->file.data + s->at, n);
    s->at += n;
}

static void fail(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void set_limits(png_structp png)
{
    png_set_user_limits(png, PICTURE_SIDE_IN_MAX, PICTURE_SIDE_IN_MAX);
    png_set_chunk_cache_max(png, CHUNKS_MAX);
    png_set_chunk_malloc_max(png, CHUNK_OCTETS_MAX);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped,
                                (int)(sizeof skipped - 1) / 5);
}

/* Whatever it is, make it 8 bits of red, green and blue on white. */
static void choose_form(png_structp png, png_infop info)
{
    png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};

    png_set_scale_16(png);
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    if ((png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) != 0 ||
        png_get_valid(png, info, PNG_INFO_tRNS) != 0)
        png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
}

static void read_rows(png_structp png, const struct picture *p)
{
    int passes = png_set_interlace_handling(png);

    for (int pass = 0; pass < passes; pass++)
        for (unsigned y = 0; y < p->height; y++)
            png_read_row(png, p->rgb + (size_t)y * p->width * 3, NULL);
}

static unsigned orientation(png_structp png, png_infop info)
{
    png_uint_32 n = 0;
    png_bytep exif = NULL;

    if (png_get_eXIf_1(png, info, &n, &exif) == 0)
        return 1;
    return picture_orientation((struct octets){exif, n});
}

/* May jump away in the middle. */
static enum imager_refusal decode(png_structp png, png_infop info, struct source *s,
                                  struct picture *p)
{
    png_set_read_fn(png, s, take);
    set_limits(png);
    png_read_info(png, info);
    unsigned width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    if (!picture_size_ok(width, height))
        return IMAGER_DIMENSIONS;
    choose_form(png, info);
    (void)png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * 3)
        return IMAGER_DAMAGED;
    if (!picture_alloc(p, width, height))
        return IMAGER_DIMENSIONS;
    read_rows(png, p);
    png_read_end(png, info);
    p->turn = orientation(png, info);
    return IMAGER_TAKEN;
}

/* libpng says "too wide" by the same jump as "damaged": look at the header by ourselves. */
static enum imager_refusal why_not(struct octets file)
{
    enum { WIDTH = 16, HEIGHT = 20, ENOUGH = 24 };

    if (file.len < ENOUGH || memcmp(file.data + 12, "IHDR", 4) != 0)
        return IMAGER_DAMAGED;
    unsigned long width = png_get_uint_32(file.data + WIDTH);
    unsigned long height = png_get_uint_32(file.data + HEIGHT);
    if (width == 0 || height == 0)
        return IMAGER_DAMAGED;
    return picture_size_ok(width, height) ? IMAGER_DAMAGED : IMAGER_DIMENSIONS;
}

enum imager_refusal picture_read_png(struct octets file, struct picture *out)
{
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail, say_nothing);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
    struct picture *p = calloc(1, sizeof *p); /* on the heap: what a jump leaves alone */
    struct source s = {file, 0};
    volatile enum imager_refusal end = IMAGER_DAMAGED;

    if (info != NULL && p != NULL) {
        if (setjmp(png_jmpbuf(png)) == 0)
            end = decode(png, info, &s, p);
        else
            end = why_not(file);
    }
    png_destroy_read_struct(&png, &info, NULL);
    if (end == IMAGER_TAKEN)
        *out = *p;
    else if (p != NULL)
        picture_free(p);
    free(p);
    return end;
}
