"""Small networks of PyTorch with random weights, built as torchvision and timm build theirs."""

import torch
from torch import nn
from torch.nn import functional

CLASSES = 10


def made(name):
    """Return a network with the same random weights every time, at inference."""
    torch.manual_seed(7)
    network = NETWORKS[name]().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.2)
    return network


def conv(inside, outside, size=1, stride=1, act=None, groups=1):
    """Return a convolution, its normalization and an activation."""
    layers = [nn.Conv2d(inside, outside, size, stride, size // 2, groups=groups, bias=False)]
    return nn.Sequential(*layers, nn.BatchNorm2d(outside), *([act()] if act else []))


class BasicBlock(nn.Module):
    def __init__(self, inside, outside, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = None if inside == outside else conv(inside, outside, 1, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (self.downsample(x) if self.downsample else x))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(BasicBlock(64, 64), BasicBlock(64, 64))
        self.layer2 = nn.Sequential(BasicBlock(64, 128, 2), BasicBlock(128, 128))
        self.layer3 = nn.Sequential(BasicBlock(128, 256, 2), BasicBlock(256, 256))
        self.layer4 = nn.Sequential(BasicBlock(256, 512, 2), BasicBlock(512, 512))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, CLASSES)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class Fire(nn.Module):
    def __init__(self, inside, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Conv2d(inside, squeezed, 1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)
        self.expand3x3_activation = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.squeeze_activation(self.squeeze(x))
        left = self.expand1x1_activation(self.expand1x1(x))
        return torch.cat([left, self.expand3x3_activation(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self):
        super().__init__()
        pools = [nn.MaxPool2d(3, 2, ceil_mode=True) for _ in range(3)]
        first = nn.Conv2d(3, 64, 3, 2), nn.ReLU(inplace=True), pools[0]
        fires = Fire(64, 16, 64), Fire(128, 16, 64), pools[1], Fire(128, 32, 128), pools[2]
        self.features = nn.Sequential(*first, *fires, Fire(256, 48, 192))
        last = nn.Conv2d(384, CLASSES, 1), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1))
        self.classifier = nn.Sequential(nn.Dropout(), *last)

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        layers, inside = [], 3
        for width, count in ((64, 1), (128, 1), (256, 2), (512, 2), (512, 2)):
            for _ in range(count):
                layers += [nn.Conv2d(inside, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(True)]
                inside = width
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        dense = nn.Linear(512 * 4, 64), nn.ReLU(True), nn.Dropout()
        self.classifier = nn.Sequential(*dense, nn.Linear(64, CLASSES))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


class Squeezing(nn.Module):
    def __init__(self, channels, act, gate):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, channels // 4, 1)
        self.fc2 = nn.Conv2d(channels // 4, channels, 1)
        self.activation, self.scale_activation = act(), gate()

    def forward(self, x):
        return x * self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x)))))


class Inverted(nn.Module):
    """An inverted residual: expand, filter each channel, perhaps weigh the channels, project."""

    def __init__(self, inside, outside, stride, act, squeeze=None, size=3):
        super().__init__()
        wide = inside * 4
        weighed = [Squeezing(wide, *squeeze)] if squeeze else []
        layers = conv(inside, wide, act=act), conv(wide, wide, size, stride, act, groups=wide)
        self.block = nn.Sequential(*layers, *weighed, conv(wide, outside))
        self.is_residual = stride == 1 and inside == outside

    def forward(self, x):
        return x + self.block(x) if self.is_residual else self.block(x)


class Mobile(nn.Module):
    def __init__(self, act, squeeze=None, size=3):
        super().__init__()
        shapes = (16, 24, 2), (24, 24, 1), (24, 40, 2), (40, 40, 1)
        blocks = [Inverted(*shape, act, squeeze, size) for shape in shapes]
        self.features = nn.Sequential(conv(3, 16, 3, 2, act), *blocks, conv(40, 80, act=act))
        self.classifier = nn.Sequential(nn.Linear(80, 64), act(), nn.Dropout(0.2), nn.Linear(64, CLASSES))

    def forward(self, x):
        pooled = functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(pooled, 1))


class Shuffled(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        half, own = outside // 2, inside if stride > 1 else outside // 2
        self.stride = stride
        beside = conv(inside, inside, 3, 2, groups=inside), conv(inside, half, act=nn.ReLU)
        self.branch1 = nn.Sequential(*(beside if stride > 1 else ()))
        middle = conv(half, half, 3, stride, groups=half)
        self.branch2 = nn.Sequential(conv(own, half, act=nn.ReLU), middle, conv(half, half, act=nn.ReLU))

    def forward(self, x):
        left, right = (x, x) if self.stride > 1 else x.chunk(2, dim=1)
        y = torch.cat((self.branch1(left), self.branch2(right)), 1)
        batch, channels, height, width = y.size()
        y = y.view(batch, 2, channels // 2, height, width).transpose(1, 2).contiguous()
        return y.view(batch, channels, height, width)


class ShuffleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = conv(3, 24, 3, 2, nn.ReLU)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.stage2 = nn.Sequential(Shuffled(24, 48, 2), Shuffled(48, 48, 1))
        self.stage3 = nn.Sequential(Shuffled(48, 96, 2), Shuffled(96, 96, 1))
        self.fc = nn.Linear(96, CLASSES)

    def forward(self, x):
        return self.fc(self.stage3(self.stage2(self.maxpool(self.conv1(x)))).mean([2, 3]))


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNextBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.pwconv1 = nn.Linear(width, 4 * width)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * width, width)
        self.gamma = nn.Parameter(torch.rand(width))

    def forward(self, x):
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        return x + (self.gamma * self.pwconv2(self.act(self.pwconv1(y)))).permute(0, 3, 1, 2)


class ConvNext(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 4, 4), LayerNorm2d(16, eps=1e-6))
        self.stage1 = nn.Sequential(ConvNextBlock(16), ConvNextBlock(16))
        self.downsample = nn.Sequential(LayerNorm2d(16, eps=1e-6), nn.Conv2d(16, 32, 2, 2))
        self.stage2 = ConvNextBlock(32)
        self.norm = nn.LayerNorm(32)
        self.head = nn.Linear(32, CLASSES)

    def forward(self, x):
        x = self.stage2(self.downsample(self.stage1(self.stem(x))))
        return self.head(self.norm(x.mean([-2, -1])))


NETWORKS = {
    "resnet18": ResNet18,
    "squeezenet": SqueezeNet,
    "vgg11_bn": Vgg,
    "mobilenet_v2": lambda: Mobile(nn.ReLU6),
    "mobilenet_v3": lambda: Mobile(nn.Hardswish, (nn.ReLU, nn.Hardsigmoid), 5),
    "efficientnet": lambda: Mobile(nn.SiLU, (nn.SiLU, nn.Sigmoid)),
    "shufflenet": ShuffleNet,
    "convnext": ConvNext,
}
