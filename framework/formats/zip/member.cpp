#include <cornu/framework/formats/zip/member.hpp>

#include <algorithm>
#include <cstddef>

#include <cornu/framework/base/utf8.hpp>

namespace cornu::formats {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string_view fault_of_member_name(std::string_view name) {
  if (name.empty()) return "is empty";
  if (std::any_of(name.begin(), name.end(), is_control)) return "holds a control character";
  if (name.find('\\') != std::string_view::npos) return "holds a backslash";
  if (find_invalid_utf8(name) != std::string_view::npos) return "is not UTF-8";
  if (name.starts_with('/')) return "is absolute";
  if (name.ends_with('/')) name.remove_suffix(1);  // a folder
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part == "..") return "leads out of the archive";
    if (part.empty() || part == ".") return "has an empty part";
    begin = end + 1;
  }
  return {};
}

}  // namespace cornu::formats
