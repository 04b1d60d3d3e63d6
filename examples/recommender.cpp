// Users, items and ratings: an embedding of each, their product, and what a user may like. The ratings are made up.
#include <fmt/core.h>

#include <algorithm>
#include <cornu/cornu.hpp>
#include <numeric>
#include <vector>

namespace layers = cornu::layers;
namespace ops = cornu::ops;
using cornu::Tensor;

namespace {

constexpr std::int64_t users = 1000, items = 400, ratings = 50'000;

// What the made-up users and items are like: three tastes, how kind a user and how good an item is.
struct World {
  Tensor tastes = cornu::random::normal({users, 3}), traits = cornu::random::normal({items, 3});
  Tensor kindness = cornu::random::normal({users}, 0, 0.4), quality = cornu::random::normal({items}, 0, 0.4);

  // From 1 to 5, before anybody rounds.
  Tensor opinion(const Tensor& user, const Tensor& item) const {
    const Tensor liking = ops::sum(ops::gather(tastes, user) * ops::gather(traits, item), {.axis = 1});
    const Tensor all = 3.2 + 0.6 * liking + ops::gather(kindness, user) + ops::gather(quality, item);
    return ops::clip(all, 1, 5);
  }
};

struct Ratings {
  Tensor user, item, stars;  // (n,) each; whole stars

  Ratings part(std::int64_t start, std::int64_t stop) const {
    const auto cut = [&](const Tensor& x) { return ops::slice(x, 0, {.start = start, .stop = stop}); };
    return {cut(user), cut(item), cut(stars)};
  }
};

Ratings rate(const World& world) {
  const Tensor user = cornu::random::randint({ratings}, 0, users), item = cornu::random::randint({ratings}, 0, items);
  const Tensor mood = cornu::random::normal({ratings}, 0, 0.5);
  return {user, item, ops::clip(ops::round(world.opinion(user, item) + mood), 1, 5)};
}

// stars = user · item + a bias of the user + one of the item + the mean.
cornu::Model make_model(double mean) {
  const auto user = cornu::Input({.dtype = cornu::int32, .name = "user"});
  const auto item = cornu::Input({.dtype = cornu::int32, .name = "item"});
  const auto likes = layers::Dot({1, 1})({layers::Embedding(users, 8)(user), layers::Embedding(items, 8)(item)});
  const auto kind = layers::Embedding(users, 1, {.embeddings_initializer = "zeros", .name = "user_bias"})(user);
  const auto good = layers::Embedding(items, 1, {.embeddings_initializer = "zeros", .name = "item_bias"})(item);
  const auto above_mean = layers::Add()({likes, kind, good});
  return cornu::Model({user, item}, layers::Activation([mean](const Tensor& x) { return x + mean; })(above_mean));
}

double root_mean_square(const Tensor& errors) { return ops::sqrt(ops::mean(ops::square(errors))).item<double>(); }

void recommend(cornu::Model& model, const World& world, std::int64_t user) {
  const Tensor same = Tensor::full({items}, static_cast<double>(user), cornu::int32), all = Tensor::arange(items);
  const std::vector<float> stars = model.predict({same, all}).to_vector<float>();
  const std::vector<float> opinions = world.opinion(same, all).to_vector<float>();
  std::vector<std::size_t> best(stars.size());
  std::iota(best.begin(), best.end(), 0);
  std::partial_sort(best.begin(), best.begin() + 5, best.end(), [&](auto a, auto b) { return stars[a] > stars[b]; });

  fmt::print("\nFor user {} the model would choose, of all {} items:\n", user, items);
  for (std::size_t i = 0; i < 5; ++i)
    fmt::print("  item {:>3}: {:.1f} stars predicted; the user's opinion is {:.1f}\n", best[i], stars[best[i]],
               opinions[best[i]]);
  fmt::print("Of a random item this user's opinion is {:.1f} on average.\n",
             std::accumulate(opinions.begin(), opinions.end(), 0.) / items);
}

}  // namespace

int main() {
  cornu::random::set_seed(7);
  const World world;
  const Ratings all = rate(world), train = all.part(0, 40'000), validation = all.part(40'000, 45'000),
                test = all.part(45'000, ratings);
  const double mean = ops::mean(train.stars).item<double>();

  cornu::Model model = make_model(mean);
  model.compile(cornu::optim::Adam({.learning_rate = 0.005}), "mse");
  model.summary();
  const cornu::History history =
      model.fit({train.user, train.item}, train.stars,
                {.batch_size = 256,
                 .epochs = 50,
                 .callbacks = {cornu::callbacks::EarlyStopping({.patience = 2, .restore_best_weights = true})},
                 .validation_data = {{validation.user, validation.item}, validation.stars}});
  if (history.interrupted()) return 1;

  const Tensor predicted = ops::reshape(model.predict({test.user, test.item}), {test.stars.size()});
  const Tensor opinion = world.opinion(test.user, test.item);
  fmt::print("\nHow far from {} new ratings (root of the mean square, in stars):\n", test.stars.size());
  fmt::print("  the mean of all ratings        {:.2f}\n", root_mean_square(test.stars - mean));
  fmt::print("  the model                      {:.2f}\n", root_mean_square(test.stars - predicted));
  fmt::print("  the opinion without the mood   {:.2f}   (no model can do better)\n",
             root_mean_square(test.stars - opinion));
  recommend(model, world, 42);
}
