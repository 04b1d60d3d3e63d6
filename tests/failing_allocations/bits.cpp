#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/failing_allocations/trial.hpp"

namespace cornu::testing {

std::string bits_of(const Tensor& tensor) {
  const auto* const bytes = reinterpret_cast<const char*>(tensor.identity()->storage->bytes);
  return fmt::format("{} {}:", name_of(tensor.dtype()), tensor.shape()) + std::string(bytes, tensor.nbytes());
}

State bits_of(const std::vector<Tensor>& tensors) {
  State state;
  for (const Tensor& tensor : tensors) state.push_back(bits_of(tensor));
  return state;
}

State files_in(const std::string& folder) {
  State state;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::ostringstream text;
    text << entry.path().filename().string() << ":";
    if (entry.is_regular_file()) text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    state.push_back(text.str());
  }
  std::sort(state.begin(), state.end());
  return state;
}

}  // namespace cornu::testing
