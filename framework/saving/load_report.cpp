#include <cornu/framework/saving/load_report.hpp>

#include <fmt/core.h>

namespace cornu {

void LoadReport::add(std::string_view place, std::string_view what) {
  lines_.push_back(fmt::format("{}: {}", place, what));
}

}  // namespace cornu
