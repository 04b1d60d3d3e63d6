#include <string>
#include <vector>

#include <cornu/framework/command/program.hpp>

int main(int count, char** arguments) { return cornu::command::run({arguments + 1, arguments + count}); }
