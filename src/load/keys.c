#include "load/keys.h"

#include "load/mapping_p.h"

static const struct {
	const char *name;
	const struct record *record;
} records[] = {
#define X(name) { #name, &name##_record },
	RECORDS(X)
#undef X
};

const size_t nkeyed = sizeof(records) / sizeof(*records);

struct keyed keyed_at(size_t i)
{
	return (struct keyed){ records[i].name, records[i].record->nfields, records[i].record->other != NULL };
}

const char *keyed_key(size_t i, size_t key)
{
	return records[i].record->fields[key].name;
}
