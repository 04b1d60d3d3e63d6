#include <cornu/framework/ops/einsum.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;

namespace {

// Σ a · b with each operand at its letters' places among all letters: the result's first, then the others.
Tensor by_broadcasting(const std::string& out, const std::string& inner, const Tensor& a, const std::string& of_a,
                       const Tensor& b, const std::string& of_b) {
  const std::string all = out + inner;
  const auto placed = [&](const Tensor& x, const std::string& letters) {
    std::vector<std::int64_t> order;
    Shape shape;
    for (const char letter : all) {
      const std::size_t at = letters.find(letter);
      if (at != std::string::npos) order.push_back(static_cast<std::int64_t>(at));
      shape.push_back(at == std::string::npos ? 1 : x.shape()[at]);
    }
    return ops::reshape(ops::transpose(x, order), shape);
  };
  Tensor sum = placed(a, of_a) * placed(b, of_b);
  for (std::size_t i = 0; i < inner.size(); ++i) sum = ops::sum(sum, {.axis = -1});
  return sum;
}

struct Case {
  std::string a, b, out, inner;
};

const std::vector<Case> cases{{"ab", "bc", "ac", "b"},       {"abc", "cd", "abd", "c"},   {"bij", "bjk", "bik", "j"},
                              {"aecd", "abcd", "acbe", "d"}, {"ab", "ab", "", "ab"},      {"a", "b", "ba", ""},
                              {"abc", "b", "b", "ac"},       {"ab", "cb", "a", "cb"},     {"ab", "ab", "ab", ""},
                              {"abc", "dc", "adb", "c"},     {"abde", "dec", "abc", "de"}};

Tensor operand(const std::string& letters, std::uint64_t seed) {
  Shape shape;
  for (const char letter : letters) shape.push_back(2 + (letter - 'a') % 3);
  return random::normal(shape, 0, 1, float64, random::Generator(seed));
}

}  // namespace

TEST_CASE("einsum: the sum of products, whichever letters meet") {
  for (const Case& c : cases) {
    CAPTURE(c.a + "," + c.b + "->" + c.out);
    const Tensor a = operand(c.a, 1), b = operand(c.b, 2);
    const Tensor y = ops::einsum(c.a + "," + c.b + "->" + c.out, a, b);
    const Tensor expected = by_broadcasting(c.out, c.inner, a, c.a, b, c.b);
    CHECK(y.shape() == expected.shape());
    CHECK(ops::all_close(y, expected, 1e-12));
  }
}

TEST_CASE("einsum: gradients") {
  for (const Case& c : cases) {
    const std::string equation = c.a + "," + c.b + "->" + c.out;
    CAPTURE(equation);
    const GradientReport report =
        check_gradients([&](const std::vector<Tensor>& in) { return ops::einsum(equation, in[0], in[1]); },
                        {operand(c.a, 3), operand(c.b, 4)});
    CHECK(report.ok());
  }
}

TEST_CASE("einsum: shapes of symbolic operands") {
  const Tensor x = Tensor::symbolic({None, 4, 3}), w = Tensor::symbolic({3, 5});
  CHECK(ops::einsum("abc,cd->abd", x, w).shape() == Shape{None, 4, 5});
  CHECK(ops::einsum("abc,cd->db", x, w).shape() == Shape{5, 4});
  CHECK(ops::einsum("ab,ab->ab", Tensor::symbolic({None, 4}), Tensor::symbolic({2, None})).shape() == Shape{2, 4});
}

TEST_CASE("einsum: nothing to sum gives zeros, an empty batch an empty result") {
  CHECK(
      ops::array_equal(ops::einsum("ab,bc->ac", Tensor::zeros({2, 0}), Tensor::zeros({0, 3})), Tensor::zeros({2, 3})));
  CHECK(ops::einsum("ab,bc->ac", Tensor::zeros({0, 2}), Tensor::zeros({2, 3})).shape() == Shape{0, 3});
}

TEST_CASE("einsum: refused") {
  const Tensor a = Tensor::zeros({2, 3}), b = Tensor::zeros({3, 4});
  for (const char* equation : {"", "ab,bc", "ab->a", "aab,bc->ac", "ab,bc->ad", "ab,bc->aa", "a.,bc->ac"}) {
    CAPTURE(equation);
    CHECK_THROWS_AS(ops::einsum(equation, a, b), ValueError);
  }
  CHECK_THROWS_WITH_AS(ops::einsum("ab,bc->ac", a, a),
                       "[einsum] the operands do not fit the equation; got (2, 3) and (2, 3) for \"ab,bc->ac\"; "
                       "expected an axis a letter, and one extent for a letter of both",
                       ShapeError);
  CHECK_THROWS_AS(ops::einsum("abc,bc->ac", a, b), ShapeError);
  CHECK_THROWS_AS(ops::einsum("ab,bc->ac", a, b.astype(float64)), ValueError);
  CHECK_THROWS_AS(ops::einsum("ab,bc->ac", Tensor({{1}}), Tensor({{1}})), ValueError);
}
