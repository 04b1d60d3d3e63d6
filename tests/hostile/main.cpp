// hostile_files PROGRAM: gives each of the hostile files to the program cornu, which may take 512 MB of address space
// and 10 s, and prints a table: what is wrong with the file, the error, peak memory, seconds. Fails unless each is
// refused by one line that says what it should, and no file is left behind.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <cornu/framework/formats/npy.hpp>

#include "tests/hostile/files.hpp"
#include "tests/support/fixture.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using cornu::testing::HostileUse;
using Command = std::vector<std::string>;

constexpr rlim_t most_memory = rlim_t{512} << 20, most_seconds = 10;

struct Case {
  std::string kind, path, error;
  HostileUse use;
};

struct Outcome {
  int status = 0;
  double megabytes = 0, seconds = 0;
  std::string text;  // what stderr got
};

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

// Each file in a folder of its own, and the list of them.
void make_files(const fs::path& folder) {
  cornu::write_npy(folder / "x.npy", cornu::Tensor::zeros({1, 3}));
  cornu::write_npy(folder / "y.npy", cornu::Tensor::zeros({1, 1}));
  std::ofstream list(folder / "list");
  int number = 0;
  for (const auto& hostile : cornu::testing::hostile_files()) {
    const fs::path place = folder / std::to_string(++number);
    fs::create_directory(place);
    write(place / hostile.file.name, hostile.file.bytes);
    for (const auto& beside : hostile.beside) write(place / beside.name, beside.bytes);
    list << hostile.kind << '\t' << (place / hostile.file.name).string() << '\t' << hostile.error << '\t'
         << static_cast<int>(hostile.use) << '\n';
  }
}

std::vector<Case> cases_in(const fs::path& folder) {
  std::vector<Case> cases;
  std::ifstream list(folder / "list");
  for (std::string line; std::getline(list, line);) {
    std::istringstream fields(line);
    Case found;
    std::string use;
    std::getline(fields, found.kind, '\t');
    std::getline(fields, found.path, '\t');
    std::getline(fields, found.error, '\t');
    std::getline(fields, use);
    found.use = static_cast<HostileUse>(std::stoi(use));
    cases.push_back(found);
  }
  return cases;
}

Command command_for(const Case& hostile, const fs::path& folder) {
  const std::string x = folder / "x.npy", y = folder / "y.npy", out = fs::path(hostile.path).parent_path() / "out.npy";
  const std::string dense = cornu::testing::fixture_path("keras/dense.keras");
  const std::string table = cornu::testing::fixture_path("keras/two_outputs.keras"), &path = hostile.path;
  switch (hostile.use) {
    case HostileUse::model:
      return {"predict", path, "--x", x, "--out", out};
    case HostileUse::data:
      return {"predict", dense, "--x", path, "--out", out};
    case HostileUse::weights:
      return {"predict", dense, "--x", x, "--weights", path, "--out", out};
    case HostileUse::words:
      return {"neighbours", table, "--embedding", "table", "--metadata", path, "word"};
    case HostileUse::checkpoint:
      return {"fit",          dense,
              "--x",          x,
              "--y",          y,
              "--epochs",     "1",
              "--checkpoint", fs::path(path).parent_path(),
              "--out",        fs::path(out).replace_extension("keras")};
  }
  return {};
}

[[noreturn]] void become(const std::string& program, Command command, const fs::path& errors) {
  const rlimit memory{most_memory, most_memory}, seconds{most_seconds, most_seconds};
  ::setrlimit(RLIMIT_AS, &memory);
  ::setrlimit(RLIMIT_CPU, &seconds);
  ::dup2(::open("/dev/null", O_RDWR), STDOUT_FILENO);
  ::dup2(::open(errors.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600), STDERR_FILENO);
  std::string name = program;
  std::vector<char*> arguments{name.data()};
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  ::_exit(127);
}

Outcome run(const std::string& program, const Command& command, const fs::path& errors) {
  const pid_t child = ::fork();
  if (child == 0) become(program, command, errors);
  Outcome outcome;
  rusage used{};
  ::wait4(child, &outcome.status, 0, &used);
  outcome.megabytes = static_cast<double>(used.ru_maxrss) / 1024;
  outcome.seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                    1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  outcome.text = text_of(errors);
  return outcome;
}

std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

// What is wrong with how a file was refused; "" when nothing is.
std::string fault_of(const Outcome& outcome, const Case& hostile) {
  if (WIFSIGNALED(outcome.status)) return fmt::format("ended by signal {}", WTERMSIG(outcome.status));
  if (WEXITSTATUS(outcome.status) != 1) return fmt::format("exit code {}", WEXITSTATUS(outcome.status));
  if (!outcome.text.starts_with("cornu: ") || outcome.text.find('\n') + 1 != outcome.text.size())
    return "more or less than one line";
  return outcome.text.find(hostile.error) == std::string::npos ? fmt::format("not '{}'", hostile.error) : "";
}

// The error without the place where the file lies.
std::string shortened(std::string text, const Case& hostile) {
  const std::string folder = fs::path(hostile.path).parent_path().string() + "/";
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
  if (text.starts_with("cornu: ")) text.erase(0, 7);
  const std::string start = "[load_model] 'model.keras' needs what is not here; got 1 such items; expected none:   ";
  if (text.starts_with(start)) text.erase(0, start.size());
  return text.substr(0, std::min<std::size_t>(text.find('\n'), 100));
}

bool holds(const std::string& program, const Case& hostile, const fs::path& folder) {
  const fs::path place = fs::path(hostile.path).parent_path();
  const std::ptrdiff_t before = files_in(place);
  const Outcome outcome = run(program, command_for(hostile, folder), folder / "errors");
  std::string fault = fault_of(outcome, hostile);
  if (fault.empty() && files_in(place) != before) fault = "a file is left behind";
  fmt::print("{:<36} | {:6.1f} | {:5.2f} | {}{}\n", hostile.kind, outcome.megabytes, outcome.seconds,
             shortened(outcome.text, hostile), fault.empty() ? "" : " | FAILS: " + fault);
  return fault.empty();
}

int run_all(const std::string& program) {
  const cornu::testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path("");
  // In a process of its own: the memory that it takes would count as that of every process started from here.
  const pid_t maker = ::fork();
  if (maker == 0) {
    make_files(folder);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(maker, &status, 0);
  int failures = status != 0;
  fmt::print("{:<36} | {:>6} | {:>5} | error\n", "what is wrong", "MB", "s");
  const std::vector<Case> cases = cases_in(folder);
  for (const Case& hostile : cases) failures += !holds(program, hostile, folder);
  fmt::print("{} files, {} of them not refused as they should be\n", cases.size(), failures);
  return failures == 0 && !cases.empty() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count == 2 && std::string(arguments[1]).front() != '-') return run_all(arguments[1]);
    std::puts("hostile_files PROGRAM: what the program cornu says to files that lie, with the memory that it takes");
    return count == 2 && std::string(arguments[1]) == "--help" ? 0 : 2;
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
}
