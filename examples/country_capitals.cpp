// Countries and capitals: vectors learnt from facts about them, in which a capital that nobody told is found.
#include <fmt/core.h>

#include <cmath>
#include <cornu/cornu.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace explore = cornu::explore;
namespace ops = cornu::ops;
using cornu::Tensor;
using Strings = std::vector<std::string>;

namespace {

// The columns of data/countries.tsv; a place is one of its lines.
enum Column { iso, country, capital, continent, region, currency, language, border, latitude, longitude };
const Strings columns{"iso", "country", "capital", "continent", "region", "currency", "language"};
constexpr std::size_t population = 12;
constexpr std::int64_t held_out = 34;  // places whose capital is not told: a fifth

Strings split(const std::string& text, char separator) {
  Strings parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// Places of half a million people and more, in random order.
std::vector<Strings> read_places(const std::string& path) {
  std::vector<Strings> all, places;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    Strings place = split(line, '\t');
    if (place.size() != 14) throw cornu::FileError(path, "expected 14 columns, as in examples/data/countries.tsv");
    if (place[capital] == place[country]) place[capital] += " (city)";
    if (std::stod(place[population]) >= 500'000) all.push_back(place);
  }
  if (std::ssize(all) < 2 * held_out) throw cornu::FileError(path, "too few countries; expected those of the world");
  for (const auto i : cornu::random::permutation(std::ssize(all))) places.push_back(all[static_cast<std::size_t>(i)]);
  return places;
}

Strings names_of(const std::vector<Strings>& places) {
  Strings names;
  for (const Column column : {country, capital})
    for (const Strings& place : places) names.push_back(place[column]);
  return names;
}

struct Fact {  // such as (France, capital, Paris)
  std::string head, relation, tail;
};
using Facts = std::vector<Fact>;

// With relations of its own for each kind: nothing but "capital" leads from a country to its capital.
void describe(Facts& facts, const std::string& name, const std::string& kind, const Strings& place) {
  for (const Column column : {continent, region, currency, language})
    for (const std::string& value : split(place[column], ','))
      facts.push_back({name, kind + "'s " + columns[column], value});
}

// Each capital with the three nearest to it: on the globe, near points have a large cosine.
void add_near_capitals(Facts& facts, const std::vector<Strings>& places) {
  Strings capitals;
  std::vector<std::vector<double>> points;
  for (const Strings& place : places) {
    const double north = std::stod(place[latitude]) * M_PI / 180, east = std::stod(place[longitude]) * M_PI / 180;
    capitals.push_back(place[capital]);
    points.push_back({std::cos(north) * std::cos(east), std::cos(north) * std::sin(east), std::sin(north)});
  }
  const explore::EmbeddingTable globe(capitals, Tensor(points));
  for (const std::string& from : capitals)
    for (const auto& [to, cosine] : globe.most_similar(from, {.top = 3})) facts.push_back({from, "near", to});
}

// All there is to know, but for the capitals of the first places.
Facts make_facts(const std::vector<Strings>& places) {
  Facts facts;
  std::map<std::string, std::string> names;
  for (const Strings& place : places) names[place[iso]] = place[country];
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Strings& place = places[i];
    if (i >= held_out) facts.push_back({place[country], "capital", place[capital]});
    describe(facts, place[country], "country", place);
    describe(facts, place[capital], "capital", place);
    for (const std::string& code : split(place[border], ','))
      if (names.contains(code)) facts.push_back({place[country], "borders", names[code]});
  }
  add_near_capitals(facts, places);
  return facts;
}

Tensor length(const Tensor& x) { return ops::sqrt(ops::sum(ops::square(x), {.axis = -1}) + 1e-9); }

// TransE: a relation is a step, head + relation ≈ tail (Bordes et al., "Translating embeddings for modeling
// multi-relational data", NIPS 2013). A fact's tail shall be nearer to head + relation than eight random entities, by a
// margin of 4; in every other batch its head nearer to tail − relation. Gives countries, then capitals; the relation.
std::pair<explore::EmbeddingTable, Tensor> learn(const std::vector<Strings>& places, const Facts& facts) {
  Strings names = names_of(places), steps{"capital"};  // which has id 0
  for (const auto& [head, relation, tail] : facts) {
    names.insert(names.end(), {head, tail});
    steps.push_back(relation);
  }
  const auto entity = cornu::text::unique(names), relation = cornu::text::unique(steps);
  const std::int64_t n = std::ssize(places), count = std::ssize(facts);
  const Tensor ends = ops::reshape(ops::slice(entity.indices, 0, {.start = 2 * n}), {count, 2});
  cornu::layers::Embedding entities(std::ssize(entity.values), 16), relations(std::ssize(relation.values), 16);
  cornu::optim::Adam adam({.learning_rate = 0.02});
  for (int epoch = 0; epoch < 100; ++epoch) {
    const Tensor order(cornu::random::permutation(count));
    for (std::int64_t at = 0; at < count; at += 128) {
      const Tensor batch = ops::slice(order, 0, {.start = at, .stop = at + 128});
      const Tensor others = cornu::random::randint({batch.dim(0), 8}, 0, entities.input_dim());
      cornu::GradientTape tape;
      const auto head_tail = ops::split(entities(ops::gather(ends, batch)), 2, 1);  // (batch, 1, 16) each
      const Tensor step = ops::expand_dims(relations(ops::gather(relation.indices, batch + 1)), 1);
      const Tensor other = entities(others), &head = head_tail[0], &tail = head_tail[1];
      const Tensor wrong = at % 256 == 0 ? length(head + step - other) : length(other + step - tail);
      const Tensor loss = ops::mean(ops::relu(4 + length(head + step - tail) - wrong));
      const auto [d_entities, d_relations] = tape.gradient(loss, entities.embeddings(), relations.embeddings());
      adam.apply({{d_entities, entities.embeddings()}, {d_relations, relations.embeddings()}});
    }
  }
  return {{names_of(places), ops::slice(entities.embeddings(), 0, {.stop = 2 * n})},
          ops::select(relations.embeddings(), 0, 0)};
}

// The mean cosine between two different rows: (|Σ u|² − n) / (n (n − 1)) for rows u of length 1.
double mean_cosine(const Tensor& rows) {
  const Tensor sum = ops::sum(rows / ops::expand_dims(length(rows), 1), {.axis = 0});
  const auto n = static_cast<double>(rows.dim(0));
  return (ops::sum(ops::square(sum)).item<double>() - n) / (n * (n - 1));
}

// A told country to its capital as another country to its capital, which was not told: how often that is the answer.
double analogies(const explore::EmbeddingTable& table) {
  const Strings& names = table.words();
  const std::size_t n = names.size() / 2;
  double right = 0;
  for (std::size_t told = held_out; told < n; ++told)
    for (std::size_t asked = 0; asked < held_out; ++asked)
      right += table.analogy(names[told], names[n + told], names[asked], {.top = 1})[0].first == names[n + asked];
  return right / static_cast<double>((n - held_out) * held_out);
}

void print_scores(const explore::EmbeddingTable& table, const Tensor& to_capital) {
  const std::vector<Tensor> halves = ops::split(table.vectors(), 2);
  const Tensor &countries = halves[0], &capitals = halves[1], steps = capitals - countries;
  const std::int64_t n = countries.dim(0);
  const auto asked = [](const Tensor& rows) { return ops::slice(rows, 0, {.stop = held_out}); };
  const Tensor distances = length(ops::expand_dims(asked(countries) + to_capital, 1) - capitals);  // (asked, capitals)
  const Tensor is_own = ops::one_hot(Tensor::arange(held_out), n), own = ops::sum(distances * is_own, {.axis = 1});
  const Tensor nearer = ops::sum(ops::less(distances, ops::expand_dims(own, 1)), {.axis = 1});
  for (const int k : {1, 3, 10})
    fmt::print("hits@{:<2} of the capitals not told, among all    {:.3f}\n", k,
               ops::sum(ops::less(nearer, k)).item<double>() / held_out);
  const Tensor shuffled = ops::gather(capitals, Tensor(cornu::random::permutation(n))) - countries;
  fmt::print("mean cosine of two steps country -> capital    {:.3f}\n", mean_cosine(steps));
  fmt::print("  of those whose capital is not told           {:.3f}\n", mean_cosine(asked(steps)));
  fmt::print("  to shuffled capitals, for comparison         {:.3f}\n", mean_cosine(shuffled));
  fmt::print("analogies that give a capital not told         {:.3f}\n", analogies(table));
}

// All of them in the plane in which they differ most.
void draw(const explore::EmbeddingTable& table) {
  const std::size_t n = table.words().size() / 2;
  cornu::plot::ScatterOptions options{.labels = table.words(),
                                      .title = "Countries and their capitals",
                                      .x_label = "first principal component",
                                      .y_label = "second principal component"};
  options.groups.assign(n, "country");
  options.groups.resize(n + held_out, "capital that was not told");
  options.groups.resize(2 * n, "capital");
  for (std::size_t i = 0; i < n; ++i) options.arrows.emplace_back(i, n + i);
  cornu::plot::scatter("country_capitals.svg", explore::pca(table.vectors()).transform(table.vectors()), options);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} countries.tsv\n", argv[0]);
    return 2;
  }
  try {
    cornu::random::set_seed(7);
    const std::vector<Strings> places = read_places(argv[1]);
    const Facts facts = make_facts(places);
    fmt::print("{} facts about {} countries; {} capitals are not told\n", facts.size(), places.size(), held_out);
    const auto [table, to_capital] = learn(places, facts);
    print_scores(table, to_capital);
    draw(table);
    fmt::print(
        "\nOf {} capitals that nobody told, those found are where the step from a country to its capital leads; a "
        "step\n"
        "to shuffled capitals has no direction. country_capitals.svg shows them: their dots have a colour of their "
        "own.\n",
        held_out);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
