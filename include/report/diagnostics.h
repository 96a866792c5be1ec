/*
 * diagnostics - findings for people, like a compiler's, and for machines.
 *
 *	orders.yaml:31:15: error[FL201] service 'orders' does not survive the loss of any one az
 *	   |
 *	31 |     survive: [az]
 *	   |               ^~
 *	   = help: ...
 *
 * Columns are code points; the marker is placed by cells, tabs and wide characters included.
 * Everything that comes from a file is cleaned, and no line starts with any of it.
 */
#ifndef REPORT_DIAGNOSTICS_H
#define REPORT_DIAGNOSTICS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/diag.h"
#include "load/load.h"
#include "report/json.h"
#include "rules/silence.h"

/* In the list's order. `source` gives the excerpts. */
void diagnostics_text(FILE *out, const struct source *source, const struct diag_list *diags, bool colour);
/* An array of them under `key`. */
void diagnostics_json(struct json *j, const char *key, const struct diag_list *diags);
/* Likewise; each has a "reason" besides. */
void suppressed_json(struct json *j, const char *key, const suppressed_list *suppressed);

#endif
