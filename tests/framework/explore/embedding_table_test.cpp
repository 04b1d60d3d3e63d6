#include <cornu/framework/explore/embedding_table.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/throws.hpp"

using cornu::ShapeError;
using cornu::Tensor;
using cornu::ValueError;
using cornu::explore::EmbeddingTable;
using cornu::explore::Neighbours;
using Strings = std::vector<std::string>;

namespace {

Strings words_of(const Neighbours& neighbours) {
  Strings words;
  for (const auto& [word, similarity] : neighbours) words.push_back(word);
  return words;
}

// east, north and what lies between; lengths differ on purpose, the cosine does not see them
const EmbeddingTable compass({"east", "north", "north-east", "west", "nowhere"},
                             Tensor({{2.f, 0.f}, {0.f, 3.f}, {5.f, 5.f}, {-1.f, 0.f}, {0.f, 0.f}}));

}  // namespace

TEST_CASE("EmbeddingTable: neighbours by cosine, the word itself left out") {
  const Neighbours near = compass.most_similar("east");
  CHECK(words_of(near) == Strings{"north-east", "north", "nowhere", "west"});
  CHECK(near[0].second == doctest::Approx(std::sqrt(0.5)));
  CHECK(near[1].second == 0);
  CHECK(near[3].second == doctest::Approx(-1));
  CHECK(words_of(compass.most_similar("east", {.top = 1})) == Strings{"north-east"});
  CHECK(compass.similarity("west", "north-east") == doctest::Approx(-std::sqrt(0.5)));
}

TEST_CASE("EmbeddingTable: words closest to a vector") {
  CHECK(words_of(compass.nearest(Tensor({0.f, 9.f}), {.top = 2})) == Strings{"north", "north-east"});
  CHECK(compass.nearest(Tensor({1, 1}), {.top = 1})[0].second == doctest::Approx(1));
}

TEST_CASE("EmbeddingTable: an analogy leaves its three words out") {
  const EmbeddingTable table({"france", "paris", "italy", "rome", "other"},
                             Tensor({{1., 0., 0.}, {1., 1., 0.}, {0., 0., 1.}, {0., 0.8, 1.}, {-1., 0., 0.}}));
  CHECK(table.analogy("france", "paris", "italy", {.top = 1})[0].first == "rome");
  CHECK(table.analogy("france", "paris", "italy").size() == 2);
  // b/|b| - a/|a| + c/|c| = (1/√2 - 1, 1/√2, 1), its cosine with (0, 0.8, 1)
  const double x = std::sqrt(0.5) - 1, y = std::sqrt(0.5);
  const double expected = (0.8 * y + 1) / (std::sqrt(x * x + y * y + 1) * std::sqrt(1.64));
  CHECK(table.analogy("france", "paris", "italy")[0].second == doctest::Approx(expected));
}

TEST_CASE("EmbeddingTable: a cosine lies between -1 and 1, however the numbers round") {
  cornu::random::set_seed(3);
  for (const std::int64_t width : {1, 2, 3, 7, 10, 100}) {
    const Tensor rows = cornu::random::normal({40, width}, 0, 1, cornu::float64);
    const Tensor twice =
        cornu::ops::concatenate({rows, rows * -3.7, rows.astype(cornu::float32).astype(cornu::float64)}, 0);
    Strings words;
    for (std::int64_t i = 0; i < 120; ++i) words.push_back(std::to_string(i));
    const EmbeddingTable table(words, twice);
    for (std::int64_t i = 0; i < 40; ++i) {
      const std::string &word = words[static_cast<std::size_t>(i)], &opposite = words[static_cast<std::size_t>(i + 40)];
      const double same = table.similarity(word, word), other = table.similarity(word, opposite);
      CHECK(same <= 1);
      CHECK(same >= 1 - 1e-15);
      CHECK(other >= -1);
      CHECK(other <= -1 + 1e-15);
      for (const Neighbours& near :
           {table.most_similar(word, {.top = 119}), table.nearest(table.vector(word), {.top = 120}),
            table.analogy(word, opposite, words[static_cast<std::size_t>((i + 1) % 40)], {.top = 120})})
        for (const auto& [neighbour, cosine] : near) CHECK(std::abs(cosine) <= 1);
    }
  }
}

TEST_CASE("EmbeddingTable: vectors of any length are compared, huge and subnormal ones too") {
  const auto check = [](const Tensor& unit, double scale, double other) {
    const EmbeddingTable table({"a", "b", "c", "d", "zero"},
                               cornu::ops::concatenate({unit * scale, unit * other, Tensor({{0., 0.}})}, 0));
    CAPTURE(scale);
    CAPTURE(other);
    CHECK(table.similarity("a", "a") == doctest::Approx(1).epsilon(1e-12));
    CHECK(table.similarity("a", "b") == doctest::Approx(0.96).epsilon(1e-12));
    CHECK(table.similarity("a", "c") == doctest::Approx(1).epsilon(1e-12));
    CHECK(table.similarity("a", "zero") == 0);
    const Neighbours near = table.most_similar("b");
    REQUIRE(near.size() == 4);
    CHECK(near[0].first == "d");
    CHECK(near[0].second == doctest::Approx(1).epsilon(1e-12));
    CHECK(near[1].second == doctest::Approx(0.96).epsilon(1e-12));
    CHECK(near[2].second == doctest::Approx(0.96).epsilon(1e-12));
    CHECK(near[3] == std::pair(std::string("zero"), 0.));
    CHECK(table.nearest(table.vector("a"), {.top = 3})[2].second == doctest::Approx(0.96).epsilon(1e-12));
    CHECK(table.analogy("a", "b", "c")[0].second == doctest::Approx(1).epsilon(1e-12));
  };
  const Tensor unit({{3., 4.}, {4., 3.}});
  const std::vector<double> scales{1, 1e-100, 1e-160, 1e-200, 1e-300, 1e100, 1e154, 1e200, 4e307};
  for (const double scale : scales)
    for (const double other : scales) check(unit, scale, other);
  check(unit, 0x1p-1074, 1);  // 3, 4 times the least number that there is
  check(unit, 0x1p-1074, 4e307);
}

TEST_CASE("EmbeddingTable: float32 vectors of any length") {
  for (const float scale : {1e30f, 1e38f, 1e-30f, 0x1p-149f}) {
    const EmbeddingTable table({"a", "b"}, Tensor({{2 * scale, scale}, {scale, 2 * scale}}));
    CHECK(table.similarity("a", "b") == doctest::Approx(0.8).epsilon(1e-12));
    CHECK(table.most_similar("a")[0].second == doctest::Approx(0.8).epsilon(1e-12));
  }
}

TEST_CASE("EmbeddingTable: rows, words, and the first of a word that comes twice") {
  const EmbeddingTable table({"a", "b", "a"}, Tensor({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}));
  const EmbeddingTable copy = table;
  CHECK(copy.vector("a").to_vector<double>() == std::vector<double>{1, 2});
  CHECK(copy.contains("b"));
  CHECK(!copy.contains("c"));
  CHECK(copy.find("b") == 1);
  CHECK(copy.find("a") == 0);
  CHECK(!copy.find("c"));
  CHECK(copy.words() == Strings{"a", "b", "a"});
  CHECK(copy.vectors().shape() == cornu::Shape{3, 2});
}

TEST_CASE("EmbeddingTable: equal similarities stay in the order of the rows, and few words give few neighbours") {
  const EmbeddingTable same({"a", "b", "c"}, Tensor::ones({3, 2}));
  CHECK(words_of(same.most_similar("b", {.top = 100})) == Strings{"a", "c"});
  CHECK(EmbeddingTable({"a"}, Tensor({{1.f}})).most_similar("a").empty());
  CHECK(EmbeddingTable({}, Tensor::zeros({0, 3})).nearest(Tensor({1.f, 0.f, 0.f})).empty());
}

TEST_CASE("EmbeddingTable: what it refuses") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(EmbeddingTable({"a"}, Tensor({{1.f}, {2.f}})), ShapeError);
  CHECK_THROWS_AS(EmbeddingTable({"a"}, Tensor({1.f})), ShapeError);
  CHECK_THROWS_AS(EmbeddingTable({"a"}, Tensor({{1}})), ValueError);
  const auto message = cornu::testing::message_of<ValueError>([&] {
    EmbeddingTable({"a", "b"}, Tensor({{1.f}, {nan}}));
  });
  CHECK(message.find("row 1, \"b\"") != std::string::npos);
  CHECK_THROWS_AS(compass.most_similar("south"), ValueError);
  CHECK_THROWS_AS(compass.most_similar("east", {.top = 0}), ValueError);
  CHECK_THROWS_AS(compass.analogy("east", "west", "south"), ValueError);
  CHECK_THROWS_AS(compass.nearest(Tensor({1.f})), ShapeError);
}

TEST_CASE("EmbeddingTable: of a word that comes twice the first row counts, for neighbours too") {
  const EmbeddingTable table({"a", "b", "a"}, Tensor({{1.f, 0.f}, {0.f, 1.f}, {1.f, 0.1f}}));
  CHECK(words_of(table.most_similar("a")) == Strings{"b"});
  CHECK(words_of(table.nearest(Tensor({1.f, 0.f}))) == Strings{"a", "b"});
}

TEST_CASE("EmbeddingTable: a vector that is not finite has no neighbours") {
  CHECK_THROWS_AS(compass.nearest(Tensor({0.f, std::numeric_limits<float>::quiet_NaN()})), ValueError);
}
