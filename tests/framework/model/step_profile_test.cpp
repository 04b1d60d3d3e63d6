#include <cornu/framework/model/step_profile.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/model/history.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;

namespace {

StepProfile small() {
  return {.steps = 98,
          .layers = {{"embedding", {.forward = 0.25, .backward = 0.5, .update = 1}}, {"flatten", {.forward = 0.0123}}},
          .model = {.forward = 0.125},
          .loss = {.forward = 0.0627, .backward = 0.05},
          .rest = {.update = 0.25, .other = 0.25}};
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, utf8_characters(line).size());
  return widest;
}

}  // namespace

TEST_CASE("StepProfile: the table has a row a layer, what is beside layers, and the step") {
  CHECK(small().text() ==
        "Milliseconds of a training step, means of 98 (the first two are left out)\n"
        "                         forward  backward    update     total   share\n"
        "──────────────────────────────────────────────────────────────────────\n"
        "embedding                  0.250     0.500     1.000     1.750  70.0 %\n"
        "flatten                    0.012                         0.012   0.5 %\n"
        "the model itself           0.125                         0.125   5.0 %\n"
        "loss and metrics           0.063     0.050               0.113   4.5 %\n"
        "rest (data, callbacks)                         0.250     0.500  20.0 %\n"
        "──────────────────────────────────────────────────────────────────────\n"
        "step                       0.450     0.550     1.250     2.500 100.0 %\n");
}

TEST_CASE("StepProfile: the step is the sum, column by column") {
  const StepTime step = small().step();
  CHECK(step.forward == doctest::Approx(0.45));
  CHECK(step.backward == doctest::Approx(0.55));
  CHECK(step.update == doctest::Approx(1.25));
  CHECK(step.other == doctest::Approx(0.25));
  CHECK(step.total() == doctest::Approx(2.5));
}

TEST_CASE("StepProfile: a long path keeps its end, and lines are as wide as there is room") {
  StepProfile profile = small();
  profile.layers[0].path = "encoder_of_questions/première_transformer_block/query_dense";
  CHECK(profile.text(80).find("\n…e_transformer_block/query_dense     0.250") != std::string::npos);
  CHECK(widest_line(profile.text(80)) == 80);
  CHECK(profile.text(200).find("\nencoder_of_questions/première_transformer_block/query_dense     0.250") !=
        std::string::npos);
  for (const int columns : {70, 20, 0, -1}) CHECK(widest_line(profile.text(columns)) == 73);
}

TEST_CASE("StepProfile: layers are found by their paths, others are refused") {
  const StepProfile profile = small();
  CHECK(profile["embedding"].update == 1);
  CHECK(testing::message_of<IndexError>([&] { profile["dense"]; }) ==
        "[StepProfile] no layer has that path; got 'dense'; expected one of: embedding, flatten");
}

TEST_CASE("StepProfile: without a measured step there are no times, and the text says why") {
  CHECK(testing::message_of<StateError>([] { StepProfile()["dense"]; }) ==
        "[StepProfile] nothing was measured: the training had no step besides the first two, which are left out; got "
        "'dense'; train for three steps or more");
  CHECK(StepProfile().text() == "profile: the training had no step besides the first two, which are not measured\n");
  CHECK(StepProfile().step().total() == 0);
  CHECK(StepProfile{.steps = 1}.text().find("  0.0 %\n") != std::string::npos);
}

TEST_CASE("History: copies share the profile, and there is none unless it was set") {
  History history;
  CHECK(testing::message_of<StateError>([&] { history.profile(); }) ==
        "[History::profile] nothing was measured; call fit with {.profile = true}");
  history.set_profile(small());
  const History copy = history;
  CHECK(&copy.profile() == &history.profile());
  CHECK(copy.profile().steps == 98);
}
