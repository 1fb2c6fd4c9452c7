// Examples of dominant resource fairness with known answers: the first is that of Ghodsi et al.,
// Dominant Resource Fairness, NSDI 2011, section 4.1, the others are worked out in the same way.
#include "actors/allocator/claim_order.hpp"
#include "progressive_filling.hpp"

namespace entente::test {

namespace {

const auto paper_cluster = parse("cpus:9;mem:18");
const user paper_a{"a", parse("cpus:1;mem:4")};
const user paper_b{"b", parse("cpus:3;mem:1")};

using counts = std::vector<std::int64_t>;

std::vector<user> cpu_users(const std::vector<std::string>& roles) {
  std::vector<user> result;
  for (const auto& role : roles)
    result.push_back({role, parse("cpus:1")});
  return result;
}

/// The first `count` claims in fair order, by role. Everybody has more than that waiting.
std::map<std::string, int> first_claims(std::size_t count, const resources& cluster,
                                        const std::vector<user>& users,
                                        const std::map<std::string, role_options>& roles = {}) {
  scalar_table names;
  role_tree tree{names};
  tree.set_total(names.of(cluster));
  for (const auto& [role, options] : roles)
    tree.set_options(tree.role(role), options);
  std::vector<claim_demand> claims;
  for (std::size_t i = 0; i < count; ++i)
    for (const auto& x : users)
      claims.push_back({x.role, names.of(x.demand), 0, claims.size()});
  std::map<std::string, int> result;
  auto order = fair_order(tree, claims);
  for (std::size_t i = 0; i < count; ++i)
    ++result[claims[order[i]].role];
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(drf_examples)

// -- of the paper -------------------------------------------------------------

// 9 cpus and 18 GB: A's tasks of 1 cpu and 4 GB are dominated by memory, B's of 3 cpus and 1 GB by
// cpus. A gets 3 tasks with 12/18 of the memory, B 2 tasks with 6/9 of the cpus: 2/3 each.
BOOST_AUTO_TEST_CASE(the_paper_s_two_users_get_three_and_two_tasks) {
  BOOST_TEST(fill(paper_cluster, {paper_a, paper_b}) == (counts{3, 2}));
  BOOST_TEST(fill(paper_cluster, {paper_b, paper_a}) == (counts{2, 3}));
}

BOOST_AUTO_TEST_CASE(frameworks_of_one_role_share_as_roles_do) {
  auto b = paper_b;
  b.role = paper_a.role;
  BOOST_TEST(fill(paper_cluster, {paper_a, b}) == (counts{3, 2}));
}

BOOST_AUTO_TEST_CASE(the_paper_s_shares_are_equal_at_the_end) {
  scalar_table names;
  role_tree tree{names};
  tree.set_total(names.of(paper_cluster));
  BOOST_CHECK_CLOSE(tree.dominant_share(names.of(paper_a.demand.times(3))), 2. / 3, 1e-9);
  BOOST_CHECK_CLOSE(tree.dominant_share(names.of(paper_b.demand.times(2))), 2. / 3, 1e-9);
}

BOOST_AUTO_TEST_CASE(claims_are_put_in_order_as_the_paper_s_tasks_are) {
  BOOST_CHECK((first_claims(5, paper_cluster, {paper_a, paper_b}) ==
               std::map<std::string, int>{{"a", 3}, {"b", 2}}));
}

// -- weights ------------------------------------------------------------------

// Ten times the paper's cluster: 90 cpus, 180 GB. With weights 1 and 2 the shares are to be
// 4x/180 = s and 3y/90 = 2s, so y = 4x/3; cpus are used up first: x + 3y = 90 gives x = 18, y = 24.
BOOST_AUTO_TEST_CASE(weighted_users_get_eighteen_and_twenty_four_tasks) {
  auto cluster = paper_cluster.times(10);
  BOOST_TEST(fill(cluster, {paper_a, paper_b}, {{"b", with_weight(2)}}) == (counts{18, 24}));
  BOOST_CHECK((first_claims(42, cluster, {paper_a, paper_b}, {{"b", with_weight(2)}}) ==
               std::map<std::string, int>{{"a", 18}, {"b", 24}}));
}

BOOST_AUTO_TEST_CASE(of_one_scalar_weights_are_the_shares) {
  auto users = cpu_users({"a", "b", "c"});
  BOOST_TEST(fill(parse("cpus:60"), users, {{"a", with_weight(3)}, {"b", with_weight(2)}}) ==
             (counts{30, 20, 10}));
}

// -- more than one round ------------------------------------------------------

// 10 cpus, 10 GB, 10 gpus. A and B use up the cpus at 5 each; C wants gpus only and has them all.
BOOST_AUTO_TEST_CASE(who_does_not_want_what_is_used_up_goes_on) {
  BOOST_TEST(fill(parse("cpus:10;mem:10;gpus:10"),
                  {{"a", parse("cpus:1")}, {"b", parse("cpus:1;mem:1")}, {"c", parse("gpus:1")}}) ==
             (counts{5, 5, 10}));
}

// -- hierarchy ----------------------------------------------------------------

const std::map<std::string, role_options> departments{
  {"eng", with_weight(2)}, {"ops", with_weight(1)}, {"eng/ml", with_weight(3)}};

// 120 cpus: eng has 80 and ops 40; of eng's, ml has 60 and ads 20.
BOOST_AUTO_TEST_CASE(weights_count_among_siblings) {
  auto users = cpu_users({"eng/ads", "eng/ml", "ops"});
  BOOST_TEST(fill(parse("cpus:120"), users, departments) == (counts{20, 60, 40}));
  BOOST_CHECK((first_claims(120, parse("cpus:120"), users, departments) ==
               std::map<std::string, int>{{"eng/ads", 20}, {"eng/ml", 60}, {"ops", 40}}));
}

BOOST_AUTO_TEST_CASE(what_a_role_does_not_use_is_its_siblings) {
  BOOST_TEST(fill(parse("cpus:120"), cpu_users({"eng/ads", "ops"}), departments) ==
             (counts{80, 40}));
}

// eng's own frameworks are one more sibling, of weight 1: 80 cpus are shared 1 : 1 : 3.
BOOST_AUTO_TEST_CASE(a_roles_own_frameworks_share_one_part_however_many_they_are) {
  auto users = cpu_users({"eng", "eng", "eng/ads", "eng/ml", "ops"});
  BOOST_TEST(fill(parse("cpus:120"), users, departments) == (counts{8, 8, 16, 48, 40}));
}

// Of 90 cpus and 180 GB, the paper's users as eng/a and eng/b have x and y tasks with 4x/180 =
// 3y/90; eng's dominant share is that of all its cpus, (x + 3y)/90 = x/30, and ops, with z GB, has
// half of that: z = 3x. Memory is used up first: 4x + y + z = 23x/3 = 180.
BOOST_AUTO_TEST_CASE(a_role_is_charged_what_all_below_it_have) {
  auto tasks = fill(parse("cpus:90;mem:180"),
                    {{"eng/a", paper_a.demand}, {"eng/b", paper_b.demand}, {"ops", parse("mem:1")}},
                    {{"eng", with_weight(2)}});
  BOOST_CHECK_SMALL(static_cast<double>(tasks[0]) - 23.5, 1.);
  BOOST_CHECK_SMALL(static_cast<double>(tasks[1]) - 15.7, 1.);
  BOOST_CHECK_SMALL(static_cast<double>(tasks[2]) - 70.4, 4.);  // one task of eng/a is 4 GB
}

// What hierarchical dominant shares cost: eng has all gpus, so all cpus go to ops first.
BOOST_AUTO_TEST_CASE(a_role_waits_for_what_its_sibling_has_of_another_scalar) {
  allocator_fixture x;
  x.add_agent(a1, "cpus:10;gpus:10");
  x.book.take({f1, "eng/b"}, a1, parse("gpus:10"));
  x.revive(f2, "eng/a");
  x.revive(f3, "ops");
  BOOST_CHECK_EQUAL(x.offers(), "f3:cpus:10");
  x.give_back_all(t0 + 1h);
  BOOST_CHECK_EQUAL(x.offers(), "f2:cpus:10");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
