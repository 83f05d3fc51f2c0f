/* WebP by libwebp, made smaller while it is decoded; which way up is in its EXIF chunk. */
#include <stdlib.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "directory/imager/picture.h"

static unsigned orientation(struct octets file)
{
    WebPData whole = {file.data, file.len};
    WebPDemuxer *parts = WebPDemux(&whole);
    WebPChunkIterator it;
    unsigned turn = 1;

    if (parts == NULL)
        return 1;
    if (WebPDemuxGetChunk(parts, "EXIF", 1, &it)) {
        struct octets exif = {it.chunk.bytes, it.chunk.size};
        if (exif.len > 6 && exif.data[0] == 'E') /* some writers keep JPEG's "Exif\0\0" */
            exif = (struct octets){exif.data + 6, exif.len - 6};
        turn = picture_orientation(exif);
        WebPDemuxReleaseChunkIterator(&it);
    }
    WebPDemuxDelete(parts);
    return turn;
}

static void choose_form(WebPDecoderConfig *c)
{
    unsigned width = (unsigned)c->input.width, height = (unsigned)c->input.height;
    unsigned longer = width > height ? width : height;

    c->output.colorspace = MODE_RGBA;
    if (longer <= PICTURE_SIDE_MAX)
        return;
    width = (unsigned)((size_t)width * PICTURE_SIDE_MAX / longer);
    height = (unsigned)((size_t)height * PICTURE_SIDE_MAX / longer);
    c->options.use_scaling = 1;
    c->options.scaled_width = width > 0 ? (int)width : 1;
    c->options.scaled_height = height > 0 ? (int)height : 1;
}

static bool lay_on_white(const WebPDecBuffer *b, struct picture *p)
{
    if (!picture_alloc(p, (unsigned)b->width, (unsigned)b->height))
        return false;
    unsigned char *to = p->rgb;
    for (int y = 0; y < b->height; y++) {
        const unsigned char *from = b->u.RGBA.rgba + (ptrdiff_t)y * b->u.RGBA.stride;
        for (int x = 0; x < b->width; x++, from += 4, to += 3)
            picture_on_white(from, to);
    }
    return true;
}

enum imager_refusal picture_read_webp(struct octets file, struct picture *out)
{
    WebPDecoderConfig c;
    struct picture p;

    if (!WebPInitDecoderConfig(&c) ||
        WebPGetFeatures(file.data, file.len, &c.input) != VP8_STATUS_OK)
        return IMAGER_DAMAGED;
    if (c.input.has_animation)
        return IMAGER_ANIMATED;
    if (!picture_size_ok((unsigned long)c.input.width, (unsigned long)c.input.height))
        return IMAGER_DIMENSIONS;
    choose_form(&c);
    bool ok = WebPDecode(file.data, file.len, &c) == VP8_STATUS_OK && lay_on_white(&c.output, &p);
    WebPFreeDecBuffer(&c.output);
    if (!ok)
        return IMAGER_DAMAGED;
    p.turn = orientation(file);
    *out = p;
    return IMAGER_TAKEN;
}
