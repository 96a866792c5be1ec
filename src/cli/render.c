#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"
#include "ui/ui.h"

#define SIZE_MAX_CELLS 1000 /* columns or rows */

static const char *const panel_words[] = { "domains", "groups", "why", "timeline", NULL }; /* by their keys, 1 to 4 */
static const char *const grid_words[] = { "text", "cells", NULL }; /* enum grid_format */

const struct option_row render_options[] = {
	OPTION_ROW(0, "size", OPTION_TEXT, size, .argument = "WxH", .help = "columns and rows: 80x24 unless said otherwise"),
	OPTION_ROW('p', "panel", OPTION_CHOICE, panel, .choices = panel_words, .help = "the panel to show, or to go to"),
	OPTION_ROW('k', "keys", OPTION_TEXT, keys, .argument = "KEYS",
	           .help = "keys to press first: 'jjK', '<Down>', '<C-r>', '<lt>'"),
	OPTION_ROW('f', "format", OPTION_CHOICE, grid_format, .choices = grid_words,
	           .help = "cells: with what each stretch of a row means"),
	OPTION_ROW(0, "ascii", OPTION_FLAG, ascii, .help = "ASCII only"),
	SCENARIO_ROW,
	OPTIONS_END,
};

struct size { int w, h; };

static bool parse_extent(const char **text, int *ret)
{
	char *end;
	long n;

	if (**text < '0' || **text > '9')
		return false;
	n = strtol(*text, &end, 10);
	if (n < 1 || n > SIZE_MAX_CELLS)
		return false;
	*text = end;
	*ret = (int)n;
	return true;
}

static bool parse_size(const char *text, struct size *ret)
{
	return parse_extent(&text, &ret->w) && *text++ == 'x' && parse_extent(&text, &ret->h) && !*text;
}

static int print_screen(const struct invocation *in, struct ui *ui, struct size size)
{
	struct grid grid;
	struct strbuf text = {0};

	ui_type(ui, (char[]){ (char)('1' + in->set.panel), '\0' });
	if (in->set.keys && !ui_type(ui, in->set.keys))
		return refuse(in->command, "'%s' has a name in <> that is no key; 'faultline keys' lists keys", in->set.keys);
	grid_init(&grid, in->set.ascii);
	ui_render(ui, size.w, size.h, &grid);
	grid_print(&text, &grid, (enum grid_format)in->set.grid_format);
	fwrite(sb_text(&text), 1, text.len, stdout);
	sb_release(&text);
	grid_release(&grid);
	return EXIT_ANSWERED;
}

static int render(const struct invocation *in, const struct subject *subject, struct size size)
{
	struct engine *e = engine_new(subject->model);
	struct state *s = state_new(e);
	struct ui *ui;
	int status;

	for (size_t i = 0; i < subject->steps.len; i++)
		state_step(s, &subject->steps.at[i], NULL);
	ui = ui_new(s, &(struct ui_options){ .name = subject->source.name, .ascii = in->set.ascii, .w = size.w, .h = size.h });
	status = print_screen(in, ui, size);
	ui_free(ui);
	state_free(s);
	engine_free(e);
	return status;
}

int run_render(const struct invocation *in)
{
	struct subject subject = {0};
	struct size size = { 80, 24 };
	int status;

	if (in->set.size && !parse_size(in->set.size, &size))
		return usage_trouble(in->command, "a size is columns x rows, each from 1 to %d, like 80x24; not '%s'",
		                     SIZE_MAX_CELLS, in->set.size);
	status = subject_open(&subject, &in->set, in->nwords ? in->words[0] : NULL);
	if (status == EXIT_ANSWERED && in->nwords)
		status = subject_plan(&subject, in, in->words + 1, in->nwords - 1);
	else if (status == EXIT_ANSWERED)
		status = subject_plan(&subject, in, NULL, 0);
	if (status == EXIT_ANSWERED)
		status = render(in, &subject, size);
	subject_release(&subject);
	return status;
}

int run_keys(const struct invocation *in)
{
	struct strbuf text = {0};

	if (in->nwords)
		return usage_trouble(in->command, "it takes no words");
	ui_keys_text(&text);
	fputs(sb_text(&text), stdout);
	sb_release(&text);
	return EXIT_ANSWERED;
}
