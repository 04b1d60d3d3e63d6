#include <cornu/framework/command/onnx_program.hpp>

#include <fmt/core.h>
#include <unistd.h>

#include <filesystem>

#include <cornu/framework/base/errors.hpp>

namespace cornu::command {

namespace {

// Beside this program, as it is built, or below the folder of programs that are not called by hand.
std::filesystem::path onnx_program() {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (const char* const place : {"cornu-onnx", "../libexec/cornu/cornu-onnx"})
    if (std::filesystem::exists(folder / place, failed)) return folder / place;
  throw FileError("cornu",
                  "this build cannot write ONNX files; build with -DCORNU_ONNX=ON, which on Debian takes the "
                  "packages libonnx-dev and libprotobuf-dev");
}

}  // namespace

void run_onnx_program(const std::string& model, const std::string& path) {
  const std::string program = onnx_program().string();
  ::execl(program.c_str(), program.c_str(), model.c_str(), path.c_str(), static_cast<char*>(nullptr));
  throw FileError("cornu", fmt::format("'{}' cannot be run", program));
}

}  // namespace cornu::command
