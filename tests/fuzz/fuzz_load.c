/* Any bytes at all: a model, or errors, or not ours; and nothing leaks. */
#include <stdint.h>
#include <stdlib.h>

#include "load/load.h"
#include "model/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source;
	struct diag_list dl = { .cap = 50 };
	struct model *m = NULL;

	source_from_text(&source, "fuzz", (const char *)data, size);
	enum load_result result = load_model(&source, &dl, &m);
	if ((result == LOAD_OK) != (m != NULL) || (result == LOAD_FAILED) != (dl.errors > 0) ||
	    (result == LOAD_FOREIGN && dl.all.len))
		abort();
	diag_sort(&dl);
	for (size_t i = 0; i < dl.all.len; i++) {
		size_t len;
		source_line(&source, dl.all.at[i].place.line, &len);
	}
	model_free(m);
	diag_release(&dl);
	source_release(&source);
	return 0;
}
