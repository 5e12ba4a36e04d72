/* A V4L2 driver for OpenCV to talk to, where no camera is: preloaded into the process.
 *
 * The file named by V4L2_DRIVER is the device. While it is there it can be opened and gives
 * frames; removed, it is an unplugged camera. It is written by a test, one fact a line, and
 * read at each opening:
 *
 *   size 1280 720        offered, as often as there are sizes
 *   mjpg / yuyv          offered formats
 *   exposure LOW HIGH    there is exposure_absolute in that range, and exposure_auto
 *   focus LOW HIGH       there is focus_absolute in that range, and focus_auto
 *   fps N                frames a second
 *   stall N              after N frames no more come until it is opened again
 *   frames FOLDER        holds WIDTHxHEIGHT.jpg for each size
 *
 * By the rules of the kernel's uvcvideo: the nearest size is taken, exposure cannot be set
 * while it is automatic, a frame needs a queued buffer when it comes, and an ioctl on a
 * device that is gone is ENODEV. What was set is told on standard error, one line each.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define MOST 8

static struct {
    int fd, streaming, stall, frames_given, width, height, fps;
    int sizes, has_mjpg, has_yuyv;
    struct { int width, height; } size[MOST];
    uint32_t format;
    int has_exposure, exposure_low, exposure_high, exposure, exposure_auto;
    int has_focus, focus_low, focus_high, focus, focus_auto;
    int buffers, queued[MOST];
    uint8_t *memory[MOST];
    size_t length;
    char folder[400];
    uint8_t *picture;
    size_t picture_length;
    uint32_t sequence;
} device = {.fd = -1};

static const char *place(void) { return getenv("V4L2_DRIVER"); }

static void describe(void) {
    FILE *file = fopen(place(), "r");
    char line[500];
    device.sizes = device.has_mjpg = device.has_yuyv = 0;
    device.has_exposure = device.has_focus = device.stall = 0;
    device.fps = 30;
    while (file && fgets(line, sizeof line, file)) {
        int a, b;
        if (sscanf(line, "size %d %d", &a, &b) == 2 && device.sizes < MOST) {
            device.size[device.sizes].width = a;
            device.size[device.sizes++].height = b;
        } else if (sscanf(line, "exposure %d %d", &a, &b) == 2) {
            device.has_exposure = 1, device.exposure_low = a, device.exposure_high = b;
        } else if (sscanf(line, "focus %d %d", &a, &b) == 2) {
            device.has_focus = 1, device.focus_low = a, device.focus_high = b;
        } else if (sscanf(line, "fps %d", &a) == 1) {
            device.fps = a;
        } else if (sscanf(line, "stall %d", &a) == 1) {
            device.stall = a;
        } else if (strncmp(line, "mjpg", 4) == 0) {
            device.has_mjpg = 1;
        } else if (strncmp(line, "yuyv", 4) == 0) {
            device.has_yuyv = 1;
        } else {
            sscanf(line, "frames %399s", device.folder);
        }
    }
    if (file) fclose(file);
}

static void take_format(struct v4l2_format *format, int keep) {
    int width = format->fmt.pix.width, height = format->fmt.pix.height, best = 0;
    uint32_t wanted = format->fmt.pix.pixelformat;
    for (int i = 1; i < device.sizes; i++) {
        int far = abs(device.size[i].width - width) + abs(device.size[i].height - height);
        int near = abs(device.size[best].width - width) + abs(device.size[best].height - height);
        if (far < near) best = i;
    }
    if (!((wanted == V4L2_PIX_FMT_MJPEG && device.has_mjpg) ||
          (wanted == V4L2_PIX_FMT_YUYV && device.has_yuyv)))
        wanted = device.has_yuyv ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_MJPEG;
    format->fmt.pix.width = device.size[best].width;
    format->fmt.pix.height = device.size[best].height;
    format->fmt.pix.pixelformat = wanted;
    format->fmt.pix.field = V4L2_FIELD_NONE;
    format->fmt.pix.bytesperline = wanted == V4L2_PIX_FMT_YUYV ? 2 * format->fmt.pix.width : 0;
    format->fmt.pix.sizeimage = 2 * format->fmt.pix.width * format->fmt.pix.height;
    if (keep) {
        device.width = format->fmt.pix.width;
        device.height = format->fmt.pix.height;
        device.format = wanted;
        device.length = format->fmt.pix.sizeimage;
        fprintf(stderr, "driver: format %.4s %dx%d\n", (char *)&wanted, device.width,
                device.height);
    }
}

static void load_picture(void) {
    char path[500];
    free(device.picture);
    device.picture = NULL;
    device.picture_length = 0;
    snprintf(path, sizeof path, "%s/%dx%d.jpg", device.folder, device.width, device.height);
    FILE *file = fopen(path, "rb");
    if (!file) return;
    device.picture = malloc(device.length);
    device.picture_length = fread(device.picture, 1, device.length, file);
    fclose(file);
}

/* The timer runs while a buffer is queued and frames come: only then is there one to wait for. */
static void set_timer(void) {
    int any = 0;
    for (int i = 0; i < device.buffers; i++) any |= device.queued[i];
    struct itimerspec when = {{0, 0}, {0, 0}};
    if (any && device.streaming && !(device.stall && device.frames_given >= device.stall)) {
        long period = 1000000000L / device.fps;
        when.it_interval.tv_sec = when.it_value.tv_sec = period / 1000000000L;
        when.it_interval.tv_nsec = when.it_value.tv_nsec = period % 1000000000L;
    }
    timerfd_settime(device.fd, 0, &when, NULL);
}

static int control(uint32_t id, int **value, int *low, int *high) {
    *low = 0, *high = 1;
    if (device.has_exposure && id == V4L2_CID_EXPOSURE_AUTO)
        return *value = &device.exposure_auto, *high = 3, 1;
    if (device.has_exposure && id == V4L2_CID_EXPOSURE_ABSOLUTE) {
        *value = &device.exposure, *low = device.exposure_low, *high = device.exposure_high;
        return 1;
    }
    if (device.has_focus && id == V4L2_CID_FOCUS_AUTO) return *value = &device.focus_auto, 1;
    if (device.has_focus && id == V4L2_CID_FOCUS_ABSOLUTE) {
        *value = &device.focus, *low = device.focus_low, *high = device.focus_high;
        return 1;
    }
    return 0;
}

static int set_control(struct v4l2_control *wanted) {
    int *value, low, high;
    if (!control(wanted->id, &value, &low, &high)) return errno = EINVAL, -1;
    if (wanted->id == V4L2_CID_EXPOSURE_AUTO && wanted->value != V4L2_EXPOSURE_MANUAL &&
        wanted->value != V4L2_EXPOSURE_APERTURE_PRIORITY)
        return errno = EINVAL, -1;
    if (wanted->id == V4L2_CID_EXPOSURE_ABSOLUTE && device.exposure_auto != V4L2_EXPOSURE_MANUAL)
        return errno = EACCES, -1;
    if (wanted->id == V4L2_CID_FOCUS_ABSOLUTE && device.focus_auto) return errno = EACCES, -1;
    *value = wanted->value < low ? low : wanted->value > high ? high : wanted->value;
    fprintf(stderr, "driver: control %x = %d\n", wanted->id, *value);
    return 0;
}

static int take_frame(struct v4l2_buffer *buffer) {
    uint64_t beats;
    int index = 0;
    if (read(device.fd, &beats, sizeof beats) < 0) return errno = EAGAIN, -1;
    while (index < device.buffers && !device.queued[index]) index++;
    if (index == device.buffers) return errno = EAGAIN, -1;
    uint8_t *memory = device.memory[index];
    size_t used = device.length;
    if (device.format == V4L2_PIX_FMT_MJPEG) {
        memcpy(memory, device.picture, used = device.picture_length);
    } else {
        for (size_t i = 0; i < used; i += 2) memory[i] = 90 + (i / 2 + device.sequence) % 7;
    }
    device.queued[index] = 0;
    device.frames_given++;
    buffer->index = index;
    buffer->bytesused = used;
    buffer->length = device.length;
    buffer->sequence = device.sequence++;
    buffer->flags = V4L2_BUF_FLAG_DONE;
    set_timer();
    return 0;
}

static int answer(unsigned long request, void *argument) {
    if (access(place(), F_OK) != 0) return errno = ENODEV, -1;
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *known = argument;
        memset(known, 0, sizeof *known);
        strcpy((char *)known->driver, "test");
        known->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
        known->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = argument;
        if (input->index) return errno = EINVAL, -1;
        input->type = V4L2_INPUT_TYPE_CAMERA;
        return 0;
    }
    case VIDIOC_G_INPUT:
        *(int *)argument = 0;
        return 0;
    case VIDIOC_S_INPUT:
        return 0;
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = argument;
        uint32_t offered[2];
        unsigned count = 0;
        if (device.has_yuyv) offered[count++] = V4L2_PIX_FMT_YUYV;
        if (device.has_mjpg) offered[count++] = V4L2_PIX_FMT_MJPEG;
        if (format->index >= count) return errno = EINVAL, -1;
        format->pixelformat = offered[format->index];
        return 0;
    }
    case VIDIOC_G_FMT: {
        struct v4l2_format *format = argument;
        format->fmt.pix.width = device.width;
        format->fmt.pix.height = device.height;
        format->fmt.pix.pixelformat = device.format;
        take_format(format, 0);
        return 0;
    }
    case VIDIOC_TRY_FMT:
        take_format(argument, 0);
        return 0;
    case VIDIOC_S_FMT:
        if (device.streaming) return errno = EBUSY, -1;
        take_format(argument, 1);
        load_picture();
        return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_streamparm *parm = argument;
        parm->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        parm->parm.capture.timeperframe.numerator = 1;
        parm->parm.capture.timeperframe.denominator = device.fps;
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wanted = argument;
        if (wanted->count > MOST) wanted->count = MOST;
        for (int i = 0; i < device.buffers; i++) device.queued[i] = 0;
        device.buffers = wanted->count;
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        buffer->length = device.length;
        buffer->m.offset = buffer->index * device.length;
        return 0;
    }
    case VIDIOC_QBUF:
        device.queued[((struct v4l2_buffer *)argument)->index] = 1;
        set_timer();
        return 0;
    case VIDIOC_DQBUF:
        return take_frame(argument);
    case VIDIOC_STREAMON:
        fprintf(stderr, "driver: streams with %d buffers\n", device.buffers);
        device.streaming = 1;
        device.frames_given = 0;
        set_timer();
        return 0;
    case VIDIOC_STREAMOFF:
        device.streaming = 0;
        for (int i = 0; i < device.buffers; i++) device.queued[i] = 0;
        set_timer();
        return 0;
    case VIDIOC_QUERYCTRL: {
        struct v4l2_queryctrl *query = argument;
        int *value;
        if (!control(query->id, &value, &query->minimum, &query->maximum))
            return errno = EINVAL, -1;
        query->type = V4L2_CTRL_TYPE_INTEGER;
        query->step = 1;
        query->default_value = query->minimum;
        query->flags = 0;
        return 0;
    }
    case VIDIOC_G_CTRL: {
        struct v4l2_control *asked = argument;
        int *value, low, high;
        if (!control(asked->id, &value, &low, &high)) return errno = EINVAL, -1;
        asked->value = *value;
        return 0;
    }
    case VIDIOC_S_CTRL:
        return set_control(argument);
    default:
        return errno = ENOTTY, -1;
    }
}

static int open_device(void) {
    describe();
    device.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    device.streaming = device.buffers = 0;
    device.width = device.size[0].width, device.height = device.size[0].height;
    device.format = device.has_yuyv ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_MJPEG;
    if (!device.exposure_auto) {
        device.exposure_auto = V4L2_EXPOSURE_APERTURE_PRIORITY, device.exposure = 156;
        device.focus_auto = 1, device.focus = 40;
    }
    return device.fd;
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (place() && strcmp(path, place()) == 0 && (flags & O_ACCMODE) == O_RDWR)
        return open_device();
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open64(path, flags, mode);
}

int close(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd == device.fd) device.fd = -1;
    return real(fd);
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (fd >= 0 && fd == device.fd) return answer(request & 0xffffffff, argument);
    int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return real(fd, request, argument);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, "mmap64");
    if (fd < 0 || fd != device.fd) return real(address, length, protection, flags, fd, offset);
    void *memory = real(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    device.memory[device.length ? offset / device.length : 0] = memory;
    return memory;
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(address, length, protection, flags, fd, offset);
}
