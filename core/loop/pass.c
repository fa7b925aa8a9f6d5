#include "loop/pass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for one descriptor beside a note, aligned as the kernel wants it. */
union room {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};

fl_status pass_pair(int fds[2], struct fl_error *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0)
		return FL_OK;
	fds[0] = fds[1] = -1;
	return status_fail(err, FL_STORAGE, "socket pair: %s", strerror(errno));
}

fl_status pass_send(
	int fd, const struct pass_note *note, int with, struct fl_error *err)
{
	struct iovec part = {(void *)(uintptr_t)note, sizeof(*note)};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
	union room room = {{0}};
	ssize_t n;

	if (with >= 0) {
		msg.msg_control = room.bytes;
		msg.msg_controllen = sizeof(room.bytes);
		room.head.cmsg_level = SOL_SOCKET;
		room.head.cmsg_type = SCM_RIGHTS;
		room.head.cmsg_len = CMSG_LEN(sizeof(with));
		memcpy(CMSG_DATA(&room.head), &with, sizeof(with));
	}
	do
		n = sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*note)
		       ? FL_OK
		       : status_fail(err, FL_UNKNOWN, "the other process: %s",
				 strerror(errno));
}

fl_status pass_take(
	int fd, struct pass_note *note, int *with, struct fl_error *err)
{
	struct iovec part = {note, sizeof(*note)};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
	union room room = {{0}};
	struct cmsghdr *head;
	ssize_t n;

	*with = -1;
	msg.msg_control = room.bytes;
	msg.msg_controllen = sizeof(room.bytes);
	do
		n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return FL_NOT_FOUND;
	head = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (head != NULL && head->cmsg_level == SOL_SOCKET &&
		head->cmsg_type == SCM_RIGHTS &&
		head->cmsg_len == CMSG_LEN(sizeof(*with)))
		memcpy(with, CMSG_DATA(head), sizeof(*with));
	if (n == (ssize_t)sizeof(*note))
		return FL_OK;
	if (*with >= 0)
		close(*with);
	*with = -1;
	return status_fail(err, FL_UNKNOWN, "the other process is gone");
}
