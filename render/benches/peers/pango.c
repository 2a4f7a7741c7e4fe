/* Tickers, a line and a page as a program on Pango and cairo would draw them: what ours is measured against.
 *
 *   pango ticker WIDTH HEIGHT SIZE STEP TEXT    a strip drawn once, a window of it for every frame
 *   pango line FIRST LAST TEXT                  a line at a size that was not drawn before
 *   pango page WIDTH HEIGHT LINES SIZE TEXT     the same line many times, drawn anew
 *
 * Prints a name and microseconds of processor time, user and system, on each line: the median of batches, and by
 * another name their mean. Written from the public documentation of Pango and cairo.
 */
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { BATCHES = 21, FRAMES = 50 };

static double processor_time(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void tell(const char *name, double *times, int count)
{
    double all = 0;
    qsort(times, count, sizeof *times, ascending);
    for (int n = 0; n < count; n++)
        all += times[n];
    printf("%s %.3f\n%s-mean %.3f\n", name, times[count / 2], name, all / count);
}

/* No hinting and grey edges, as ours; the fonts are those that FONTCONFIG_FILE names. */
static PangoLayout *set(cairo_t *cairo, int size, const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans, Noto Sans Khmer Bold");
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    pango_layout_context_changed(layout);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_text(layout, text, -1);
    cairo_font_options_destroy(options);
    pango_font_description_free(font);
    return layout;
}

/* Its ink, at the top left of `cairo`. */
static void show(cairo_t *cairo, PangoLayout *layout, double x, double y)
{
    PangoRectangle ink;
    pango_layout_get_pixel_extents(layout, &ink, NULL);
    cairo_set_source_rgb(cairo, 1, 0.86, 0.24);
    cairo_move_to(cairo, x - ink.x, y - ink.y);
    pango_cairo_show_layout(cairo, layout);
}

static PangoRectangle ink_of(int size, const char *text)
{
    cairo_surface_t *nothing = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    cairo_t *cairo = cairo_create(nothing);
    PangoLayout *layout = set(cairo, size, text);
    PangoRectangle ink;
    pango_layout_get_pixel_extents(layout, &ink, NULL);
    g_object_unref(layout);
    cairo_destroy(cairo);
    cairo_surface_destroy(nothing);
    return ink;
}

/* The text behind as much emptiness as a window is wide, so that every window lies within it. */
static cairo_surface_t *strip(cairo_format_t format, int window, int size, const char *text)
{
    PangoRectangle ink = ink_of(size, text);
    cairo_surface_t *surface = cairo_image_surface_create(format, window * 2 + ink.width, ink.height);
    cairo_t *cairo = cairo_create(surface);
    if (format == CAIRO_FORMAT_RGB24) {
        cairo_set_source_rgb(cairo, 0, 0.09, 0.24);
        cairo_paint(cairo);
    }
    PangoLayout *layout = set(cairo, size, text);
    show(cairo, layout, window, 0);
    g_object_unref(layout);
    cairo_destroy(cairo);
    return surface;
}

static void opaque(cairo_t *cairo)
{
    cairo_set_operator(cairo, CAIRO_OPERATOR_SOURCE);
}

/* One frame after the other. `picture` is laid below the strip, in the band or everywhere, where there is one. */
static void run(const char *name, cairo_surface_t *frame, cairo_surface_t *strip, cairo_surface_t *picture, int whole,
                double step)
{
    int width = cairo_image_surface_get_width(frame), height = cairo_image_surface_get_height(frame);
    int rows = cairo_image_surface_get_height(strip);
    double way = cairo_image_surface_get_width(strip) - width, gone = 0, top = (height - rows) / 2;
    double times[BATCHES];
    cairo_t *cairo = cairo_create(frame);
    for (int batch = 0; batch < BATCHES; batch++) {
        double start = processor_time();
        for (int turn = 0; turn < FRAMES; turn++) {
            gone = gone + step < way ? gone + step : 0;
            cairo_save(cairo);
            if (picture) {
                cairo_save(cairo);
                opaque(cairo);
                cairo_set_source_surface(cairo, picture, 0, 0);
                cairo_rectangle(cairo, 0, whole ? 0 : top, width, whole ? height : rows);
                cairo_fill(cairo);
                cairo_restore(cairo);
            } else {
                opaque(cairo);
            }
            cairo_set_source_surface(cairo, strip, -gone, top);
            cairo_rectangle(cairo, 0, top, width, rows);
            cairo_fill(cairo);
            cairo_restore(cairo);
            cairo_surface_flush(frame);
        }
        times[batch] = (processor_time() - start) / FRAMES;
    }
    tell(name, times, BATCHES);
    cairo_destroy(cairo);
}

static void ticker(int width, int height, int size, double step, const char *text)
{
    cairo_surface_t *frame = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cairo = cairo_create(picture);
    cairo_pattern_t *colours = cairo_pattern_create_linear(0, 0, width, height);
    cairo_pattern_add_color_stop_rgb(colours, 0, 0.1, 0.2, 0.5);
    cairo_pattern_add_color_stop_rgb(colours, 1, 0.6, 0.3, 0.1);
    cairo_set_source(cairo, colours);
    cairo_paint(cairo);
    cairo_surface_t *solid = strip(CAIRO_FORMAT_RGB24, width, size, text);
    cairo_surface_t *clear = strip(CAIRO_FORMAT_ARGB32, width, size, text);
    printf("rows %d\n", cairo_image_surface_get_height(solid));
    run("copied", frame, solid, NULL, 0, step);
    run("blended", frame, clear, picture, 0, step);
    run("repainted", frame, clear, picture, 1, step);
    run("between-pixels", frame, clear, picture, 0, step + 1.0 / 3);
}

static void line(int first, int last, const char *text)
{
    static double times[4096];
    int count = 0;
    /* The first of all reads the fonts. */
    ink_of(first, text);
    for (int size = first + 1; size <= last; size++, count++) {
        double start = processor_time();
        cairo_surface_destroy(strip(CAIRO_FORMAT_RGB24, 0, size, text));
        times[count] = processor_time() - start;
    }
    tell("line", times, count);
}

static void page(int width, int height, int lines, int size, const char *text)
{
    cairo_surface_t *frame = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cairo = cairo_create(frame);
    PangoLayout *layout = set(cairo, size, text);
    double times[BATCHES];
    for (int batch = 0; batch < BATCHES; batch++) {
        double start = processor_time();
        for (int turn = 0; turn < FRAMES; turn++) {
            cairo_set_source_rgb(cairo, 0, 0.09, 0.24);
            cairo_paint(cairo);
            for (int number = 0; number < lines; number++)
                show(cairo, layout, 0, (double)height * number / lines);
            cairo_surface_flush(frame);
        }
        times[batch] = (processor_time() - start) / FRAMES;
    }
    tell("page", times, BATCHES);
}

int main(int count, char **words)
{
    if (count == 7 && !strcmp(words[1], "ticker"))
        ticker(atoi(words[2]), atoi(words[3]), atoi(words[4]), atof(words[5]), words[6]);
    else if (count == 5 && !strcmp(words[1], "line") && atoi(words[3]) - atoi(words[2]) < 4096)
        line(atoi(words[2]), atoi(words[3]), words[4]);
    else if (count == 7 && !strcmp(words[1], "page"))
        page(atoi(words[2]), atoi(words[3]), atoi(words[4]), atoi(words[5]), words[6]);
    else
        return 2;
    return 0;
}
