#include "actors/transport/wire_scribe.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/node_id.hpp>
#include <caf/send.hpp>
#include <unistd.h>
#include <utility>

#include "actors/transport/message_rules.hpp"
#include "actors/transport/sockets.hpp"

namespace entente {

namespace {

/// A message is read in pieces of so much at most. What fits into a piece is not worth booking.
constexpr std::size_t piece_bytes = std::size_t{64} * 1024;

using caf::io::receive_policy;
namespace basp = caf::io::basp;

/// CAF starts a helper for each process that it has ever heard of, for spawning actors there, which
/// we do not do, and keeps it for good. Of so many all are ended.
constexpr std::size_t most_helpers = 1000;

void end_helpers(caf::io::abstract_broker* parent) {
  auto& helpers = static_cast<caf::io::basp_broker*>(parent)->spawn_servers;
  if (helpers.size() < most_helpers)
    return;
  for (const auto& [node, helper] : helpers)
    caf::anon_send_exit(helper, caf::exit_reason::kill);
  helpers.clear();
}

void free_if_large(caf::byte_buffer& x) {
  if (x.capacity() > piece_bytes)
    caf::byte_buffer{}.swap(x);
}

}  // namespace

// The stream owns the socket from here on.
wire_scribe::wire_scribe(caf::io::network::default_multiplexer& multiplexer, parts x)
    : scribe(caf::io::connection_handle::from_int(x.id)),
      side_(x.side),
      table_(std::move(x.table)),
      id_(x.id),
      report_(std::move(x.report)),
      peer_(peer_of(x.socket.value())),
      rules_(side_, table_->limits().frame_bytes),
      is_told_(side_ == connection_side::accepting),
      stream_(multiplexer, x.socket.release(), std::move(x.tls), report_) {
  stream_.ack_writes(true);
}

wire_scribe::~wire_scribe() {
  limit_leftovers(stream_.fd());
  auto was_fullest = table_->remove(id_);
  forget_part();
  if (was_fullest)
    table_->refused(peer_ + ": it does not read what it is sent");
  else if (auto why = report_->why(); is_told_ && !why.empty())
    table_->refused(peer_ + ": " + why);
}

void wire_scribe::configure_read(receive_policy::config config) {
  wanted_ = config.second;
  stream_.configure_read(receive_policy::exactly(std::min(wanted_, piece_bytes)));
  if (std::exchange(is_launched_, true))
    return;
  stream_.start(this);
  // CAF has a connection that it has asked for as silent since the clock began, and gives it up
  // when it looks for silent ones before the first answer.
  show_life(now());
}

void wire_scribe::show_life(time_point now) {
  auto& contexts = static_cast<caf::io::basp_broker*>(parent())->ctx;
  if (auto found = contexts.find(hdl()); found != contexts.end())
    found->second.last_seen = now;
}

bool wire_scribe::consume(caf::execution_unit* context, const void* bytes, std::size_t size) {
  if (detached())
    return false;
  auto at = now();
  table_->heard(id_, at);
  if (!append(bytes, size))
    return refuse(context, "there is no room left for its message");
  if (frame_.size() < wanted_)
    return await_rest(context, at);
  if (auto why = check_part(); !why.empty())
    return refuse(context, std::move(why));
  // The broker may say what it wants next, and may close the connection.
  end_helpers(parent());
  auto goes_on = scribe::consume(context, frame_.data(), frame_.size());
  forget_part();
  if (goes_on)
    read_next_piece();
  return goes_on;
}

/// CAF has a connection as silent from which nothing complete comes, and no heartbeat can pass
/// within a message.
bool wire_scribe::await_rest(caf::execution_unit* context, time_point now) {
  if (now > due_) {
    is_told_ = true;
    return refuse(context, "its message comes too slowly");
  }
  show_life(now);
  read_next_piece();
  return true;
}

void wire_scribe::read_next_piece() {
  auto left = wanted_ - frame_.size();
  stream_.configure_read(receive_policy::exactly(std::min(left, piece_bytes)));
}

bool wire_scribe::append(const void* bytes, std::size_t size) {
  if (wanted_ > piece_bytes) {
    if (!table_->reserve(size))
      return false;
    booked_ += size;
  }
  const auto* first = static_cast<const caf::byte*>(bytes);
  frame_.insert(frame_.end(), first, first + size);
  return true;
}

/// A header or a payload is complete.
std::string wire_scribe::check_part() {
  if (!std::exchange(is_header_, true))
    return rules_.is_at_handshake() ? check_introduction() : check_payload(header_, frame_);
  caf::binary_deserializer source{nullptr, frame_};
  if (!source.apply(header_))
    return "it does not speak the protocol of Entente's actors";
  is_header_ = header_.payload_len == 0;
  due_ = now() + table_->limits().time_for(header_.payload_len);
  return rules_.check(header_);
}

/// Both handshakes begin with who the other end is.
std::string wire_scribe::check_introduction() {
  caf::node_id node;
  caf::binary_deserializer source{nullptr, frame_};
  if (!source.apply(node) || !node)
    return "it does not say who it is";
  if (!table_->introduce(id_, caf::to_string(node), now()))
    return "an earlier connection of the same process is closed first";
  return {};
}

bool wire_scribe::refuse(caf::execution_unit* context, std::string why) {
  report_->note(std::move(why));
  io_failure(context, caf::io::network::operation::read);
  return false;
}

void wire_scribe::forget_part() {
  table_->give_back(std::exchange(booked_, 0));
  frame_.clear();
  free_if_large(frame_);
}

/// The stream writes one buffer while another fills, and takes that when it is done. Of a
/// connection that the table closes nothing is kept; the stream notices it when it reads.
void wire_scribe::flush() {
  auto& buffer = stream_.wr_buf();
  waits_ += buffer.size() - std::min(behind_, buffer.size());
  stream_.flush(this);
  if (!book_waiting())
    buffer.clear();
  if (buffer.empty())
    free_if_large(buffer);
  behind_ = buffer.size();
}

void wire_scribe::data_transferred(caf::execution_unit*, std::size_t, std::size_t remaining) {
  auto behind = stream_.wr_buf().size();
  behind_ = remaining == behind ? 0 : behind;
  waits_ = remaining;
  book_waiting();
}

/// @returns false if the connection is being closed
bool wire_scribe::book_waiting() {
  auto is_much = waits_ > piece_bytes;
  if (!std::exchange(is_booked_, is_much) && !is_much)
    return true;
  return table_->waits(id_, is_much ? waits_ : 0);
}

void wire_scribe::graceful_shutdown() {
  limit_leftovers(stream_.fd());
  stream_.graceful_shutdown();
  detach(&stream_.backend(), false);
}

std::string wire_scribe::addr() const {
  auto address = caf::io::network::remote_addr_of_fd(stream_.fd());
  return address ? *address : std::string{};
}

std::uint16_t wire_scribe::port() const {
  auto port = caf::io::network::remote_port_of_fd(stream_.fd());
  return port ? *port : std::uint16_t{0};
}

time_point wire_scribe::now() {
  return stream_.backend().system().clock().now();
}

}  // namespace entente
