/*
 * cli - the program's commands, from the words of the command line to an exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/*
 * Runs what the command line asks for. The status, larger is worse: 0 answered, 1 findings or a broken
 * file, 2 bad usage, 3 something can't be read or written.
 */
int cli_main(int argc, char **argv);

#endif
