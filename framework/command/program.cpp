#include <cornu/framework/command/program.hpp>

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/base/threads.hpp>
#include <cornu/framework/base/version.hpp>
#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/printable.hpp>
#include <cornu/framework/kernels/description.hpp>

namespace cornu::command {

namespace {

void log_to_stderr() {
  set_log_sink({.write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); },
                .live = isatty(STDERR_FILENO) == 1});
}

int fail(const char* what) {
  std::string line = what;
  std::replace(line.begin(), line.end(), '\n', ' ');
  fmt::print(stderr, "cornu: {}\n", printable(line));
  return 1;
}

// What was printed may have gone to a full disk or a closed pipe.
int finish() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : fail("stdout cannot be written"); }

std::string version() {
  const std::int64_t threads = num_threads();
  return fmt::format("cornu {}\n{}\n{} thread{}", CORNU_VERSION, kernels::description(), threads,
                     threads == 1 ? "" : "s");
}

void add_commands(CLI::App& program) {
  program.set_version_flag("--version", version, "the version, which kernels this CPU runs, and how many threads");
  program.require_subcommand(1);
  program.footer("cornu COMMAND --help has an example of each command.");
  add_summary(program);
  add_predict(program);
  add_evaluate(program);
  add_fit(program);
  add_inspect(program);
  add_convert(program);
  add_export(program);
  add_neighbours(program);
}

}  // namespace

int run(const std::function<void()>& work) {
  log_to_stderr();
  try {
    work();
    return finish();
  } catch (const std::bad_alloc&) {
    return fail("out of memory");
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}

int run(std::vector<std::string> arguments) {
  CLI::App program("Models in Keras's .keras and .h5 files: look at them, predict, evaluate, train, convert", "cornu");
  int usage = 0;
  const int failed = run([&] {
    try {
      add_commands(program);
      std::reverse(arguments.begin(), arguments.end());
      program.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      usage = program.exit(error) == 0 ? 0 : 2;
    }
  });
  return usage != 0 ? usage : failed;
}

}  // namespace cornu::command
