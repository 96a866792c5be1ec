#include "report/schema.h"

#include "cli/command_p.h"
#include "cli/trouble_p.h"

int run_schema(const struct invocation *in)
{
	if (in->nwords)
		return usage_trouble(in->command, "it takes no words");
	schema_json(stdout);
	return EXIT_ANSWERED;
}
