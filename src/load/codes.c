#include "load/codes.h"

const struct load_code_info load_codes[] = {
#define X(name, code, title) { code, title },
	LOAD_CODES(X)
#undef X
};

const size_t nload_codes = sizeof(load_codes) / sizeof(*load_codes);
