#include <cornu/framework/kernels/table.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/environment.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using kernels::Build;

TEST_CASE("kernels: every CPU runs the baseline, and the builds it runs stand in their order") {
  const auto builds = kernels::supported_builds();
  REQUIRE(!builds.empty());
  CHECK(builds.front() == Build::baseline);
  for (std::size_t i = 1; i < builds.size(); ++i) CHECK(builds[i - 1] < builds[i]);
}

TEST_CASE("kernels: CORNU_KERNELS names the build") {
  for (const Build build : kernels::supported_builds()) {
    const testing::Environment environment("CORNU_KERNELS", std::string(kernels::name_of(build)).c_str());
    CHECK(kernels::chosen_build() == build);
  }
}

TEST_CASE("kernels: a build that does not exist is refused") {
  const testing::Environment environment("CORNU_KERNELS", "v9");
  const std::string message = cornu::testing::message_of<ValueError>([] { kernels::chosen_build(); });
  CHECK(message.find("[CORNU_KERNELS] no such kernels for this CPU; got \"v9\"; expected baseline") == 0);
}
