#include <cornu/framework/base/usable_cpus.hpp>

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace cornu::detail {

namespace {

using std::filesystem::path;

std::string text_of(const path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What stands before `separator`; it is taken off, and the separator too.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

// A positive number; nothing for "max", "-1" and what is no number.
std::optional<double> positive(std::string_view text) {
  std::int64_t number = 0;
  for (const char c : take(text, '\n')) {
    if (c < '0' || c > '9' || number > (std::int64_t{1} << 50)) return {};
    number = 10 * number + (c - '0');
  }
  return number > 0 ? std::optional<double>(static_cast<double>(number)) : std::nullopt;
}

std::optional<std::int64_t> cpus(std::optional<double> quota, std::optional<double> period) {
  if (!quota || !period) return {};
  return std::max<std::int64_t>(1, static_cast<std::int64_t>((*quota + *period - 1) / *period));
}

std::optional<std::int64_t> quota_of_group(const path& group) {
  const std::string both = text_of(group / "cpu.max");
  std::string_view rest = both;
  const std::string_view quota = take(rest, ' ');
  if (!both.empty()) return cpus(positive(quota), positive(rest));
  return cpus(positive(text_of(group / "cpu.cfs_quota_us")), positive(text_of(group / "cpu.cfs_period_us")));
}

void lower(std::optional<std::int64_t>& least, std::optional<std::int64_t> other) {
  if (other) least = std::min(*other, least.value_or(*other));
}

// Whether "cpu" is among the controllers of a group, "cpu,cpuacct"; version 2 lists none.
bool limits_cpus(std::string_view controllers) {
  if (controllers.empty()) return true;
  while (!controllers.empty())
    if (take(controllers, ',') == "cpu") return true;
  return false;
}

}  // namespace

std::optional<std::int64_t> quota_of(std::string_view groups, const path& root) {
  std::optional<std::int64_t> least;
  while (!groups.empty()) {
    std::string_view line = take(groups, '\n');
    take(line, ':');
    const std::string_view controllers = take(line, ':');
    if (!limits_cpus(controllers)) continue;
    const path mounted = controllers.empty() ? root : root / "cpu";
    for (path group = path(line).relative_path(); !group.empty(); group = group.parent_path())
      lower(least, quota_of_group(mounted / group));
    lower(least, quota_of_group(mounted));
  }
  return least;
}

std::int64_t usable_cpus() {
  cpu_set_t set;
  const bool known = sched_getaffinity(0, sizeof set, &set) == 0;
  const std::int64_t allowed = known ? CPU_COUNT(&set) : 1;
  return std::min(allowed, quota_of(text_of("/proc/self/cgroup"), "/sys/fs/cgroup").value_or(allowed));
}

}  // namespace cornu::detail
