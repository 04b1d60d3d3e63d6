#pragma once
// Internal: how many CPUs a process may keep busy.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace cornu::detail {

/// The CPUs of the calling thread's affinity mask, or fewer where a quota of the process's control groups allows fewer
/// (version 2: cpu.max, version 1: cpu.cfs_quota_us); 1 at least.
std::int64_t usable_cpus();

/// The smallest quota of the groups that /proc/self/cgroup lists, in whole CPUs, rounded up; nothing where none has
/// one. `groups` is that file's text, `root` the folder that the groups' file systems are mounted in.
std::optional<std::int64_t> quota_of(std::string_view groups, const std::filesystem::path& root);

}  // namespace cornu::detail
