/* JPEG by libjpeg-turbo, both ways. Its errors jump back to the reader; its warnings mean that
 * pixels were made up, so that a picture with one is refused, apart from those that say nothing of
 * pixels. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "directory/imager/picture.h"

enum {
    SCANS_MAX = 100, /* of a progressive file: each costs a pass over the whole picture */
    EXIF_HEAD = 6    /* "Exif\0\0" before the TIFF */
};

struct reading {
    struct jpeg_error_mgr error; /* first: libjpeg knows only this */
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    bool damaged;
};

static void fail(j_common_ptr info)
{
    struct reading *r = (struct reading *)(void *)info->err;
    longjmp(r->back, 1);
}

static void warn(j_common_ptr info, int level)
{
    struct reading *r = (struct reading *)(void *)info->err;
    int what = info->err->msg_code;

    if (level < 0 && what != JWRN_EXTRANEOUS_DATA && what != JWRN_ADOBE_XFORM)
        r->damaged = true;
}

static void say_nothing(j_common_ptr info)
{
    (void)info;
}

static void count_scans(j_common_ptr info)
{
    if (((j_decompress_ptr)info)->input_scan_number > SCANS_MAX)
        fail(info);
}

static unsigned orientation(const struct jpeg_decompress_struct *d)
{
    for (jpeg_saved_marker_ptr m = d->marker_list; m != NULL; m = m->next)
        if (m->data_length > EXIF_HEAD && memcmp(m->data, "Exif\0", EXIF_HEAD) == 0)
            return picture_orientation(
                (struct octets){m->data + EXIF_HEAD, m->data_length - EXIF_HEAD});
    return 1;
}

/* Printers' inks to light. Adobe's programs write them inverted, and say so by their marker. */
static void from_cmyk(const unsigned char *cmyk, unsigned char *rgb, unsigned width, bool inverted)
{
    for (unsigned x = 0; x < width; x++, cmyk += 4, rgb += 3)
        for (int c = 0; c < 3; c++) {
            unsigned ink = inverted ? cmyk[c] : 255U - cmyk[c];
            unsigned black = inverted ? cmyk[3] : 255U - cmyk[3];
            rgb[c] = (unsigned char)(ink * black / 255);
        }
}

/* A picture much larger than is wanted is made smaller while it is decoded, in eighths. */
static void choose_form(struct jpeg_decompress_struct *d)
{
    unsigned longer = d->image_width > d->image_height ? d->image_width : d->image_height;

    d->scale_denom = 8;
    d->scale_num = 8;
    while (d->scale_num > 1 && (size_t)longer * (d->scale_num - 1) / 8 >= PICTURE_SIDE_MAX)
        d->scale_num--;
    d->out_color_space = d->num_components == 4 ? JCS_CMYK : JCS_RGB;
    d->dct_method = JDCT_ISLOW;
}

static bool read_rows(struct jpeg_decompress_struct *d, struct picture *p)
{
    bool four = d->output_components == 4;
    unsigned char *inks = four ? malloc((size_t)d->output_width * 4) : NULL;

    if (four && inks == NULL)
        return false;
    while (d->output_scanline < d->output_height) {
        unsigned char *row = p->rgb + (size_t)d->output_scanline * p->width * 3;
        unsigned char *into = four ? inks : row;
        if (jpeg_read_scanlines(d, &into, 1) != 1)
            break;
        if (four)
            from_cmyk(inks, row, p->width, d->saw_Adobe_marker);
    }
    free(inks);
    return d->output_scanline == d->output_height;
}

/* May jump away in the middle. */
static enum imager_refusal decode(struct jpeg_decompress_struct *d, struct octets file,
                                  struct picture *p)
{
    jpeg_mem_src(d, file.data, file.len);
    jpeg_save_markers(d, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(d, TRUE);
    if (!picture_size_ok(d->image_width, d->image_height))
        return IMAGER_DIMENSIONS;
    choose_form(d);
    unsigned turn = orientation(d);
    jpeg_start_decompress(d);
    if (!picture_alloc(p, d->output_width, d->output_height))
        return IMAGER_DIMENSIONS;
    p->turn = turn;
    if (!read_rows(d, p))
        return IMAGER_DAMAGED;
    jpeg_finish_decompress(d);
    return IMAGER_TAKEN;
}

enum imager_refusal picture_read_jpeg(struct octets file, struct picture *out)
{
    struct jpeg_decompress_struct d = {0};
    struct reading r = {.progress.progress_monitor = count_scans};
    struct picture *p = calloc(1, sizeof *p); /* on the heap: what a jump leaves alone */
    volatile enum imager_refusal end = IMAGER_DAMAGED;

    if (p == NULL)
        return IMAGER_DAMAGED;
    d.err = jpeg_std_error(&r.error);
    r.error.error_exit = fail;
    r.error.emit_message = warn;
    r.error.output_message = say_nothing;
    if (setjmp(r.back) == 0) {
        jpeg_create_decompress(&d);
        d.progress = &r.progress;
        end = decode(&d, file, p);
    }
    jpeg_destroy_decompress(&d);
    if (end == IMAGER_TAKEN && r.damaged)
        end = IMAGER_DAMAGED;
    if (end == IMAGER_TAKEN)
        *out = *p;
    else
        picture_free(p);
    free(p);
    return end;
}

bool picture_write_jpeg(const struct picture *p, unsigned char **data, size_t *len)
{
    struct jpeg_compress_struct c = {0};
    struct reading r = {0};
    unsigned long n = 0;
    unsigned char *volatile made = NULL;

    c.err = jpeg_std_error(&r.error);
    r.error.error_exit = fail;
    r.error.output_message = say_nothing;
    if (setjmp(r.back) != 0) {
        jpeg_destroy_compress(&c);
        return false;
    }
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, (unsigned char **)&made, &n);
    c.image_width = p->width;
    c.image_height = p->height;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, PICTURE_QUALITY, TRUE);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        JSAMPROW row = p->rgb + (size_t)c.next_scanline * p->width * 3;
        jpeg_write_scanlines(&c, &row, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    *data = made;
    *len = n;
    return true;
}
