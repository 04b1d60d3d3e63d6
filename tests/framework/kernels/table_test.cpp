#include <cornu/framework/kernels/table.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using kernels::Build;

namespace {

// CORNU_KERNELS has a value while this lives.
class Environment {
 public:
  explicit Environment(const char* value) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  ~Environment() {
    if (before_.empty())
      ::unsetenv(name);
    else
      ::setenv(name, before_.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  static constexpr const char* name = "CORNU_KERNELS";
  std::string before_;
};

}  // namespace

TEST_CASE("kernels: every CPU runs the baseline, and the builds it runs stand in their order") {
  const auto builds = kernels::supported_builds();
  REQUIRE(!builds.empty());
  CHECK(builds.front() == Build::baseline);
  for (std::size_t i = 1; i < builds.size(); ++i) CHECK(builds[i - 1] < builds[i]);
}

TEST_CASE("kernels: CORNU_KERNELS names the build") {
  for (const Build build : kernels::supported_builds()) {
    const Environment environment(std::string(kernels::name_of(build)).c_str());
    CHECK(kernels::chosen_build() == build);
  }
}

TEST_CASE("kernels: a build that does not exist is refused") {
  const Environment environment("v9");
  const std::string message = cornu::testing::message_of<ValueError>([] { kernels::chosen_build(); });
  CHECK(message.find("[CORNU_KERNELS] no such kernels for this CPU; got \"v9\"; expected baseline") == 0);
}
