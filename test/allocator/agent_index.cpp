#include "actors/allocator/agent_index.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

namespace entente::test {

namespace {

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

std::vector<agent_id> ids(std::initializer_list<const char*> names) {
  return {names.begin(), names.end()};
}

struct fixture {
  fixture() {
    for (const auto* busy : {"b1", "b2", "b3", "b4", "b5"})
      index.update(agent_id{busy}, parse("cpus:0.5;mem:64000"));
  }

  std::vector<agent_id> found(std::string_view limits) {
    auto result = index.with_at_least(parse(limits));
    BOOST_REQUIRE(result);
    return *result;
  }

  entente::agent_index index;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_index, fixture)

BOOST_AUTO_TEST_CASE(agents_with_enough_of_all_are_found_in_the_order_of_their_ids) {
  index.update(agent_id{"a2"}, parse("cpus:4;mem:1000"));
  index.update(agent_id{"a1"}, parse("cpus:4;mem:1000"));
  index.update(agent_id{"a3"}, parse("cpus:4;mem:999"));
  BOOST_CHECK(found("cpus:4;mem:1000") == ids({"a1", "a2"}));
}

BOOST_AUTO_TEST_CASE(within_a_power_of_two_the_exact_amount_counts) {
  index.update(agent_id{"a1"}, parse("cpus:5"));
  index.update(agent_id{"a2"}, parse("cpus:7"));
  BOOST_CHECK(found("cpus:6") == ids({"a2"}));
}

BOOST_AUTO_TEST_CASE(what_no_agent_has_is_found_on_none) {
  BOOST_CHECK(found("gpus:1").empty());
}

BOOST_AUTO_TEST_CASE(an_agent_is_found_by_what_it_had_last) {
  index.update(agent_id{"a1"}, parse("cpus:4"));
  index.update(agent_id{"a1"}, parse("mem:100"));
  BOOST_CHECK(found("cpus:1").empty());
  index.update(agent_id{"a1"}, parse("cpus:2"));
  BOOST_CHECK(found("cpus:1") == ids({"a1"}));
  index.remove(agent_id{"a1"});
  BOOST_CHECK(found("cpus:1").empty());
}

BOOST_AUTO_TEST_CASE(when_most_agents_may_do_it_tells_to_look_at_all) {
  BOOST_CHECK(!index.with_at_least(parse("mem:1000")));
}

BOOST_AUTO_TEST_CASE(it_finds_what_a_look_at_every_agent_finds) {
  std::random_device device;
  auto seed = device();
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    std::map<agent_id, resources> all;
    auto some = [&] {
      resources x;
      for (const auto* name : {"cpus", "mem", "gpus"})
        if (random() % 3 > 0)
          x.set_milli(name, static_cast<std::int64_t>(random() % 5000));
      return x;
    };
    for (int step = 0; step < 2000; ++step) {
      agent_id id{"r" + std::to_string(random() % 20)};
      if (random() % 5 == 0) {
        index.remove(id);
        all.erase(id);
      } else {
        all[id] = some();
        index.update(id, all[id]);
      }
      auto limits = some();
      limits.set_milli("cpus", 600 + static_cast<std::int64_t>(random() % 4400));
      std::vector<agent_id> wanted;
      for (const auto& [name, free] : all)
        if (free.contains(limits))
          wanted.push_back(name);
      if (auto result = index.with_at_least(limits))
        BOOST_REQUIRE(*result == wanted);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
