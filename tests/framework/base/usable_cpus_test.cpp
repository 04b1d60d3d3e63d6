#include <cornu/framework/base/usable_cpus.hpp>

#include <doctest/doctest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/temporary_folder.hpp"

using namespace cornu;
using detail::quota_of;
using detail::usable_cpus;

namespace {

// Control groups as files in a folder.
class Groups {
 public:
  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = folder_.path(name);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::optional<std::int64_t> quota(std::string_view groups) const { return quota_of(groups, folder_.path(".")); }

 private:
  testing::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("usable CPUs: one at least, and a thread that is kept on one CPU has one") {
  CHECK(usable_cpus() >= 1);
  std::int64_t found = 0;
  std::thread([&found] {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(sched_getcpu(), &set);
    if (sched_setaffinity(0, sizeof set, &set) == 0) found = usable_cpus();
  }).join();
  CHECK(found == 1);
}

TEST_CASE("usable CPUs: the quota of a group is rounded up to whole CPUs") {
  const Groups groups;
  groups.write("a/cpu.max", "150000 100000\n");
  CHECK(groups.quota("0::/a\n") == 2);
  groups.write("a/cpu.max", "200000 100000\n");
  CHECK(groups.quota("0::/a\n") == 2);
  groups.write("a/cpu.max", "1000 100000\n");
  CHECK(groups.quota("0::/a\n") == 1);
}

TEST_CASE("usable CPUs: of a group and those around it the smallest quota holds") {
  const Groups groups;
  groups.write("cpu.max", "800000 100000\n");
  groups.write("a/cpu.max", "300000 100000\n");
  groups.write("a/b/cpu.max", "400000 100000\n");
  groups.write("a/b/c/cpu.max", "max 100000\n");
  CHECK(groups.quota("0::/a/b/c\n") == 3);
  CHECK(groups.quota("0::/\n") == 8);
}

TEST_CASE("usable CPUs: groups of version 1 are looked at where they limit CPUs") {
  const Groups groups;
  groups.write("cpu/a/cpu.cfs_quota_us", "250000\n");
  groups.write("cpu/a/cpu.cfs_period_us", "100000\n");
  groups.write("cpu/b/cpu.cfs_quota_us", "-1\n");
  groups.write("cpu/b/cpu.cfs_period_us", "100000\n");
  CHECK(groups.quota("5:memory:/a\n4:cpu,cpuacct:/a\n") == 3);
  CHECK_FALSE(groups.quota("4:cpu,cpuacct:/b\n").has_value());
  CHECK_FALSE(groups.quota("5:memory:/a\n").has_value());
}

TEST_CASE("usable CPUs: without a quota, and where the text is another, there is none") {
  const Groups groups;
  groups.write("a/cpu.max", "max 100000\n");
  groups.write("b/cpu.max", "many 100000\n");
  groups.write("c/cpu.max", "100000\n");
  for (const char* text :
       {"0::/a\n", "0::/b\n", "0::/c\n", "0::/d\n", "", "\n", "0", "::", "0::", "99999999999999999999"})
    CHECK_FALSE(groups.quota(text).has_value());
}
